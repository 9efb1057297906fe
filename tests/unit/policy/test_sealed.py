"""Edits in what is signed."""

from dataclasses import replace

import pytest

from gateway.model.artifact import Artifact, Role
from gateway.model.policy import Action, SignedMail
from gateway.policy.decide import decide
from tests.unit.policy.samples import PDF, PROGRAM_RULE, artifact, facts, policy

SIGNATURE = artifact(
    "smime.p7s",
    "application/pkcs7-signature",
    "application/pkcs7-signature",
    role=Role.SIGNATURE,
    where="1.2",
    part=(1, 2),
)
INSIDE = artifact("a.zip", "", "application/zip", where="1.1.2", part=(1, 1, 2))
BESIDE = artifact("a.zip", "", "application/zip", where="2", part=(2,))
WRAPPER = artifact(
    "smime.p7m",
    "application/pkcs7-mime",
    "application/pkcs7-mime",
    role=Role.WRAPPER,
    where="1",
    part=(1,),
    is_container=True,
)
WRAPPED = artifact("a.zip", "", "application/zip", where="1/1.2", part=(1,))


@pytest.mark.parametrize(("kind", "action"), [("edit", "strip"), ("tag", "reject"), ("reject", "reject")])
@pytest.mark.parametrize("files", [(SIGNATURE, INSIDE), (WRAPPER, WRAPPED)], ids=["signed", "opaque"])
def test_what_must_not_pass_is_refused_where_it_cannot_be_cut_out(
    kind: str, action: str, files: tuple[Artifact, ...]
) -> None:
    """Unless the policy prefers to break the signature; the reason stays what it is."""
    by = policy(otherwise=Action.STRIP, signed_mail=SignedMail(kind))
    one = decide(facts(*files), by).judgements[0]

    assert (one.action.word, one.reason) == (action, "type_not_allowed")


def test_part_beside_the_signed_one_is_edited() -> None:
    """As anywhere else."""
    assert decide(facts(SIGNATURE, BESIDE), policy(otherwise=Action.STRIP)).action is Action.STRIP


HOST_PDF = type(PROGRAM_RULE)("big", type(PROGRAM_RULE.when)(frozenset({"pdf"})), Action.HOST, "hosted")
DOCUMENT = artifact("a.pdf", PDF, PDF, where="1.1", part=(1, 1))


@pytest.mark.parametrize(("kind", "expected"), [("tag", ("tag", "signed")), ("reject", ("reject", "signed"))])
def test_allowed_file_that_would_be_hosted_stays_and_the_message_is_marked(
    kind: str, expected: tuple[str, str]
) -> None:
    """Or the whole is refused, for the signature alone."""
    by = policy(rules=(HOST_PDF,), signed_mail=SignedMail(kind))
    one = decide(facts(SIGNATURE, DOCUMENT), by).judgements[0]

    assert (one.action.word, one.reason) == expected


def test_allowed_file_that_must_be_cut_out_is_refused_for_its_own_reason() -> None:
    """The signature is not what the sender can do something about."""
    strip = replace(HOST_PDF, action=Action.STRIP, reason="active_content")
    one = decide(facts(SIGNATURE, DOCUMENT), policy(rules=(strip,))).judgements[0]

    assert (one.action, one.reason) == (Action.REJECT, "active_content")


def test_signature_is_no_way_around_the_link() -> None:
    """A file that is only hosted because nothing allows it does not stay in a signed message."""
    by = policy(otherwise=Action.HOST)

    linked = replace(HOST_PDF, when=type(HOST_PDF.when)(frozenset({"archives"})))
    box = replace(INSIDE, is_container=True)
    one = decide(facts(SIGNATURE, box), policy(rules=(linked,))).judgements[0]

    assert (one.action, one.reason) == (Action.REJECT, "signed")
    assert decide(facts(SIGNATURE, INSIDE), by).action is Action.REJECT
    assert decide(facts(BESIDE), by).action is Action.HOST
