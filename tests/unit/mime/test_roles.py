"""What a leaf is to the message, by its label and place."""

import pytest

from gateway.mime.roles import role_of
from gateway.mime.split import split
from gateway.model.artifact import Role
from gateway.model.limits import Limits
from tests import builders


@pytest.mark.parametrize(
    ("media_type", "name", "role"),
    [
        ("application/pkcs7-mime", "smime.p7m", Role.WRAPPER),
        ("application/x-pkcs7-mime", None, Role.WRAPPER),
        ("application/octet-stream", "SMIME.P7M", Role.WRAPPER),
        ("application/octet-stream", "invoice.xml.p7m", Role.ATTACHMENT),
        ("application/octet-stream", None, Role.ATTACHMENT),
        ("text/plain", "notes.txt", Role.ATTACHMENT),
    ],
)
def test_opaque_signed_mail_is_no_attachment(media_type: str, name: str | None, role: Role) -> None:
    """RFC 8551 section 3.2: it comes with a file name, and yet it is the mail itself."""
    message, _ = split(builders.mail(builders.part(b"x", media_type, name)), Limits())

    assert role_of(message.root, None) is role
