"""The case list of the ARC test suite (validation), each case made and signed here by a signer of its own.

Only what a case names is wrong in it: everything else, signatures included, is as it should be.
"""

import hashlib
import re
from base64 import b64encode

import pytest

from gateway.model.authentication import AuthResult
from tests.unit.authn.world import MAIL, key, verified, zone

AMS = {"i": "1", "a": "rsa-sha256", "c": "relaxed/relaxed", "d": "example.org", "s": "sel", "t": "12345"}
AMS |= {"h": "from:to:date:subject", "bh": "?"}
SEAL = {"i": "1", "a": "rsa-sha256", "cv": "none", "d": "example.org", "s": "sel", "t": "12345"}
AAR = "ARC-Authentication-Results: i=1; forwarder.example; spf=pass"
FAIL, PASS = AuthResult.FAIL, AuthResult.PASS


def _relaxed(field: str) -> str:
    name, _, value = field.partition(":")
    return f"{name.lower()}:{re.sub('[ ]+', ' ', re.sub(chr(9), ' ', value.replace(chr(13) + chr(10), ''))).strip()}"


def _signed(name: str, tags: dict[str, str], before: list[str], layout: str = "{}={};") -> str:
    bare = f"{name}: " + " ".join(layout.format(*one) for one in tags.items()) + " b="
    digest = hashlib.sha256("\r\n".join([*before, _relaxed(bare)]).encode()).digest()
    return bare + b64encode(key().sign(digest)).decode()


def _mail(
    ams: dict[str, str | None] | None = None,
    seal: dict[str, str | None] | None = None,
    aar: str = AAR,
    layout: str = "{}={};",
) -> bytes:
    """Return the mail under one set with these tags changed, or left out where they are None."""
    head, _, body = MAIL.decode().partition("\r\n\r\n")
    canonical = "hello world\r\n"
    fields = {one.partition(":")[0].lower(): one for one in re.split(r"\r\n(?![ \t])", head)}
    wanted = AMS | {"bh": b64encode(hashlib.sha256(canonical.encode()).digest()).decode()} | (ams or {})
    signing = {name: value for name, value in wanted.items() if value is not None}
    names = [name.strip().lower() for name in signing.get("h", "from").split(":")]
    chosen = [_relaxed(fields[name]) for name in dict.fromkeys(names) if name in fields]
    message = _signed("ARC-Message-Signature", signing, chosen, layout)
    sealing = {name: value for name, value in (SEAL | (seal or {})).items() if value is not None}
    before = ([_relaxed(aar)] if aar else []) + [_relaxed(message)]
    top = [_signed("ARC-Seal", sealing, before, layout), message, *([aar] if aar else [])]
    return "\r\n".join([*top, head, "", body]).encode()


@pytest.mark.parametrize("layout", ["{}={};", "{} = {} ;", "{}\t=\t{};\r\n\t", "{}=\r\n {};"])
def test_white_space_in_tag_lists_means_nothing(layout: str) -> None:
    """as_format_sc_wsp, as_format_eq_wsp, and the same for message signatures."""
    assert verified(_mail(layout=layout)).arc.result is PASS


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({}, PASS),
        ({"unknown": "1"}, PASS),
        ({"t": None}, PASS),
        ({"t": ""}, FAIL),
        ({"t": "soon"}, FAIL),
        ({"i": None}, FAIL),
        ({"i": "0"}, FAIL),
        ({"i": "a"}, FAIL),
        ({"i": "2"}, FAIL),
        ({"a": None}, FAIL),
        ({"a": ""}, FAIL),
        ({"a": "rsa-md5"}, FAIL),
        ({"a": "rsa-sha1"}, FAIL),
        ({"d": None}, FAIL),
        ({"d": ""}, FAIL),
        ({"d": "not a domain"}, FAIL),
        ({"s": None}, FAIL),
        ({"s": ""}, FAIL),
        ({"s": "other"}, FAIL),
        ({"1x": "1"}, FAIL),
    ],
)
def test_tags_that_both_fields_have(tags: dict[str, str | None], expected: AuthResult) -> None:
    """as_fields_* and ams_fields_*: i, a, d, s, t, unknown and impossible tags."""
    assert expected is verified(_mail(seal=tags)).arc.result
    assert expected is verified(_mail(ams=tags)).arc.result


@pytest.mark.parametrize(
    "tags", [{"cv": None}, {"cv": ""}, {"cv": "maybe"}, {"cv": "None"}, {"cv": "pass"}, {"cv": "fail"}, {"h": "from"}]
)
def test_seals(tags: dict[str, str | None]) -> None:
    """as_fields_cv_*, cv_fail_i1_as_pass, cv_fail_i1_as_fail, h= in a seal."""
    assert verified(_mail(seal=tags)).arc.result is FAIL


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"h": "from : to"}, PASS),
        ({"h": "FROM:To:date"}, PASS),
        ({"h": "from:nothing:to"}, PASS),
        ({"h": "from::to"}, PASS),
        ({"h": None}, FAIL),
        ({"h": "to:from:arc-seal"}, FAIL),
        ({"bh": None}, FAIL),
        ({"bh": ""}, FAIL),
        ({"bh": "%"}, FAIL),
        ({"bh": "AAAA"}, FAIL),
        ({"c": None}, FAIL),
        ({"c": ""}, FAIL),
        ({"c": "simple/simple"}, FAIL),
        ({"c": "odd/relaxed"}, FAIL),
    ],
)
def test_message_signatures(tags: dict[str, str | None], expected: AuthResult) -> None:
    """ams_fields_h_*, ams_fields_bh_*, ams_fields_c_*: signed in the relaxed form, whatever they claim."""
    assert expected is verified(_mail(ams=tags)).arc.result


@pytest.mark.parametrize(
    "aar",
    [
        "",
        AAR.replace("i=1; ", ""),
        AAR.replace("i=1", "i=2"),
        AAR.replace("i=1; forwarder.example", "forwarder.example; i=1"),
        AAR.replace("i=1;", "i=1"),
    ],
)
def test_results_of_a_set(aar: str) -> None:
    """aar_missing, aar_i_missing, aar_i_wrong, aar_i_not_prefix, aar_i_no_semi."""
    assert verified(_mail(aar=aar)).arc.result is FAIL


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (r"ARC-Seal:", "arc-SEAL:", PASS),
        (r"ARC-Message-Signature:", "arc-message-signature:", PASS),
        (r"ARC-Authentication-Results: i=1;", "ARC-Authentication-Results:i=1;\r\n ", PASS),
        (r"spf=pass\r", "spf=pass  \t\r", PASS),
        (r"(Seal: .* b=.{20})", r"\1 \r\n\t", PASS),
        (r"(Seal: .* b=)....", r"\1AAAA", FAIL),
        (r"(Signature: .* b=)....", r"\1AAAA", FAIL),
        (r"(Seal: .* b=).*", r"\1", FAIL),
        (r"(Seal: .* b=).*", r"\1not base64!", FAIL),
        (r"spf=pass", "spf=fail", FAIL),
        (r"hello  world\t", "hello\t \tworld  ", PASS),
        (r"\r\n\r\n\r\n$", "\r\n", PASS),
        (r"hello", "goodbye", FAIL),
        (r"\r\nTo: ann", "\r\nTo: eve", FAIL),
        (r"(?s)(.*)(\r\nFrom:)", r"\1\r\n\1\2", FAIL),
    ],
)
def test_changes_behind_the_seal(old: str, new: str, expected: AuthResult) -> None:
    """as_fields_b_*, ams_fields_b_*, ams_fields_bh_*, arc_set_duplicate: what canonical forms forgive, and what not."""
    changed, times = re.subn(old, new, _mail().decode(), count=1)

    assert times == 1
    assert expected is verified(changed.encode()).arc.result


def test_keys_that_are_no_keys() -> None:
    """public_key_na, public_key_invalid."""
    for published in ((), ("v=DKIM1; p=junk",)):
        assert verified(_mail(), zone({"sel._domainkey.example.org": published})).arc.result is FAIL


@pytest.mark.parametrize("data", [b"", b"\r\nbody\r\n", b"From: a@example.org\r\n\r\n", MAIL])
def test_mail_without_a_chain_has_none(data: bytes) -> None:
    """cv_empty, cv_no_header, cv_no_body, cv_base1."""
    assert verified(data).arc.result is AuthResult.NONE
