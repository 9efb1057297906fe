"""Opaque-signed mail is mail, and mails as files are judged by their members, with the shipped families."""

from dataclasses import replace
from typing import Any

import pytest

from gateway.model.artifact import Role
from gateway.model.policy import Action
from gateway.policy.decide import decide
from tests.unit.policy.samples import artifact, facts, policy

MIME, SIGNATURE, MESSAGE = "application/pkcs7-mime", "application/pkcs7-signature", "message/rfc822"
TNEF = "application/vnd.ms-tnef"
WRAPPER = artifact("smime.p7m", MIME, MIME, role=Role.WRAPPER)


@pytest.mark.parametrize(
    ("changes", "action"),
    [
        ({"is_container": True}, Action.ALLOW),
        ({"is_container": True, "declared": "application/octet-stream"}, Action.ALLOW),
        ({"is_container": True, "names": (), "declared": "", "detected": MESSAGE}, Action.ALLOW),
        ({"names": ("smime.p7c",), "detected": SIGNATURE}, Action.ALLOW),
        ({"is_container": False}, Action.REJECT),
        ({"is_container": True, "encrypted": True}, Action.REJECT),
        ({"is_container": True, "names": ("smime.exe",)}, Action.REJECT),
        ({"detected": "image/jpeg"}, Action.REJECT),
        ({"is_container": True, "role": Role.ATTACHMENT}, Action.REJECT),
    ],
)
def test_wrapper_passes_if_it_was_opened(changes: dict[str, Any], action: Action) -> None:
    """What is in it is judged on its own; what is locked or something else is not allowed."""
    assert action is decide(facts(replace(WRAPPER, **changes)), policy()).action


@pytest.mark.parametrize("is_open", [True, False])
def test_winmail_is_judged_by_its_members_where_mail_is_allowed(*, is_open: bool) -> None:
    """Refused by default; one that could not be listed is never allowed."""
    winmail = artifact("winmail.dat", "application/ms-tnef", TNEF, is_container=is_open)
    allowed = policy(allow=(*policy().allow, "mail"))

    assert decide(facts(winmail), policy()).deciding[0].reason == "type_not_allowed"
    assert (decide(facts(winmail), allowed).action is Action.ALLOW) is is_open
