"""What each part is to its message."""

import pytest

from gateway.examine import examine
from gateway.model.artifact import Role
from gateway.model.examination import Examination
from gateway.model.limits import Limits
from gateway.unpack.store import MemoryStore
from tests import builders
from tests.unit.filetype.made import nobody

PROGRAM = builders.program()


def examined(raw: bytes) -> Examination:
    """Examine a message without libmagic."""
    return examine(raw, nobody, Limits(), MemoryStore(), lambda: 0.0)


def files(raw: bytes) -> list[tuple[str, str, str]]:
    """Return place, role and type of everything found."""
    return [(one.where, one.role.value, one.detected) for one in examined(raw).artifacts]


@pytest.mark.parametrize(
    ("part", "role"),
    [
        (builders.part(b"x", "text/plain", disposition="inline"), Role.BODY),
        (builders.part(b"x", "text/plain", disposition="attachment"), Role.ATTACHMENT),
        (builders.part(b"x", "text/plain", "notes.txt", disposition="inline"), Role.ATTACHMENT),
        (builders.part(b"x", "text/plain", disposition="strange"), Role.ATTACHMENT),
        (builders.part(b"x", "text/csv", disposition=None), Role.ATTACHMENT),
        (builders.part(b"", "text/html", disposition=None), Role.BODY),
    ],
)
def test_body_is_text_without_a_name_that_is_shown(part: bytes, role: Role) -> None:
    """Everything else is an attachment."""
    assert examined(builders.mail(part)).artifacts[0].role is role


def test_signature_of_a_signed_mail_has_its_role() -> None:
    """Only the second part of multipart/signed is one."""
    signature = builders.part(
        b"-----BEGIN PGP SIGNATURE-----\n\niQ\n", "application/pgp-signature", "s.asc", disposition=None
    )
    raw = builders.mail(builders.multipart(builders.text(), signature, subtype="signed"))

    assert files(raw)[1] == ("2", "signature", "application/pgp-signature")
    assert files(builders.mail(signature))[0][1] == "attachment"


def test_report_and_returned_headers_have_their_role() -> None:
    """A bounce is a text, a report and the headers it returns."""
    status = builders.part(b"Reporting-MTA: dns; a\n\n", "message/delivery-status", encoding="7bit", disposition=None)
    headers = b"From: a@b\nTo: c@d\nSubject: x\nDate: y\n"
    returned = builders.part(headers, "text/rfc822-headers", encoding="7bit", disposition=None)
    raw = builders.mail(builders.multipart(builders.text(), status, returned, subtype="report"))

    assert [role for _, role, _ in files(raw)] == ["body", "report", "report"]
    assert examined(raw).findings == ()


def test_program_in_a_report_is_a_file() -> None:
    """The role does not hide the content."""
    status = builders.part(PROGRAM, "message/delivery-status", disposition=None)
    raw = builders.mail(builders.multipart(builders.text(), status, subtype="report"))

    assert files(raw)[1] == ("2", "attachment", "application/x-dosexec")


def test_invitation_has_its_role_in_an_alternative_only() -> None:
    """The same calendar file attached is an attachment."""
    calendar = b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"
    part = builders.part(calendar, "text/calendar; method=REQUEST", disposition=None)

    for subtype, role in (("alternative", "calendar"), ("mixed", "attachment")):
        raw = builders.mail(builders.multipart(builders.text(), part, subtype=subtype))
        assert files(raw)[1] == ("2", role, "text/calendar")
