"""DKIM: the examples of the RFCs, dkimpy as the other side, and hostile signatures."""

import pytest

from gateway.authn.answers import Kind
from gateway.authn.dkim import MOST_SIGNATURES
from gateway.model.authentication import AuthResult, Dkim
from tests.unit.authn.world import MAIL, key, signed, verified, zone

BODY = b"\r\nHi.\r\n\r\nWe lost the game. Are you hungry yet?\r\n\r\nJoe.\r\n"
FIELDS = (
    b"From: Joe SixPack <joe@football.example.com>\r\nTo: Suzie Q <suzie@shopping.example.net>\r\n"
    b"Subject: Is dinner ready?\r\nDate: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)\r\n"
    b"Message-ID: <20030712040037.46341.5F8J@football.example.com>\r\n"
)
RFC8463 = (
    b"DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;\r\n"
    b" d=football.example.com; i=@football.example.com;\r\n q=dns/txt; s=brisbane; t=1528637909; h=from : to :\r\n"
    b" subject : date : message-id : from : subject : date;\r\n bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n"
    b" b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus\r\n Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==\r\n"
    b"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;\r\n d=football.example.com; i=@football.example.com;\r\n"
    b" q=dns/txt; s=test; t=1528637909; h=from : to : subject :\r\n date : message-id : from : subject : date;\r\n"
    b" bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n"
    b" b=F45dVWDfMbQDGHJFlXUNB2HKfbCeLRyhDXgFpEL8GwpsRe0IeIixNTe3\r\n"
    b" DhCVlUrSjV4BwcVcOF6+FF3Zo9Rpo1tFOeS9mPYQTnGdaSGsgeefOsk2Jz\r\n"
    b" dA+L10TeYt9BgDfQNZtKdN1WO//KgIqXP7OdEFE4LjFYNcUxZQ4FADY+8=\r\n"
)
RFC8463_KEYS = {
    (Kind.TXT, "brisbane._domainkey.football.example.com"): (
        "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
    ),
    (Kind.TXT, "test._domainkey.football.example.com"): (
        (
            "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a"
            "5qhdR6wy5bdOKb2jLQiY/J"
            "16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryOTI"
            "KT+l/K4w3QIDAQAB"
        ),
    ),
}
RFC6376 = (
    b"DKIM-Signature: v=1; a=rsa-sha256; s=brisbane; d=example.com;\r\n"
    b"      c=simple/simple; q=dns/txt; i=joe@football.example.com;\r\n"
    b"      h=Received : From : To : Subject : Date : Message-ID;\r\n"
    b"      bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n"
    b"      b=AuUoFEfDxTDkHlLXSZEpZj79LICEps6eda7W3deTVFOk4yAUoqOB\r\n"
    b"      4nujc7YopdG5dWLSdNg6xNAZpOPr+kHxt1IrE+NahM6L/LbvaHut\r\n"
    b"      KVdkLLkpVaVVQPzeRDI009SO2Il5Lu7rDNH6mZckBdrIx0orEtZV\r\n"
    b"      4bmp/YzhwvcubU4=;\r\n"
    b"Received: from client1.football.example.com  [192.0.2.1]\r\n"
    b"      by submitserver.example.com with SUBMISSION;\r\n      Fri, 11 Jul 2003 21:01:54 -0700 (PDT)\r\n"
)
RFC6376_KEYS = {
    (Kind.TXT, "brisbane._domainkey.example.com"): (
        (
            "v=DKIM1; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDwIRP/UC3SBsEmGqZ9ZJW3/DkMoGeLnQg1fWn7"
            "/zYtIxN2SnFCjxOCKG9v3b4"
            "jYfcTNh5ijSsq631uBItLa7od+v/RtdC2UzJ1lWT947qR+Rcac2gbto/NMqJ0fzfVjH4OuKhitdY9tf6mcwGjaNBcWToIMmPSPDdQPNUYckcQ"
            "2QIDAQAB"
        ),
    ),
}


def _results(data: bytes, *published: tuple[str, ...] | None) -> list[tuple[AuthResult, str]]:
    records = zone({"sel._domainkey.example.org": published[0]} if published else {})
    return [(one.result, one.detail) for one in verified(data, records).dkim]


def test_the_example_of_rfc_8463() -> None:
    """Appendix A.3: one message, one signature of each kind."""
    found = verified(RFC8463 + FIELDS + BODY, RFC8463_KEYS)

    assert [("brisbane", AuthResult.PASS), ("test", AuthResult.PASS)] == [
        (one.selector, one.result) for one in found.dkim
    ]


def test_the_example_of_rfc_6376() -> None:
    """Appendix A.2, with the key of appendix C."""
    found = verified(RFC6376 + FIELDS + BODY, RFC6376_KEYS)

    assert [Dkim(AuthResult.PASS, "example.com", "brisbane", "rsa-sha256")] == list(found.dkim)


@pytest.mark.parametrize("canon", ["simple/simple", "simple/relaxed", "relaxed/simple", "relaxed/relaxed"])
def test_what_dkimpy_signs_passes(canon: str) -> None:
    """In each pair of canonical forms."""
    assert _results(signed(canon=canon)) == [(AuthResult.PASS, "")]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (b"hello", b"hallo", "the body was changed"),
        (b"Subject:  two", b"Subject:  three", "the signature does not fit the header"),
        (b"\r\nTo:", b"\r\nFrom: Eve <eve@evil.example>\r\nTo:", "the signature does not fit the header"),
    ],
)
def test_a_changed_mail_fails(old: bytes, new: bytes, words: str) -> None:
    """A changed body, a changed field, and a From that was added."""
    assert _results(signed().replace(old, new)) == [(AuthResult.FAIL, words)]


def test_a_length_that_leaves_bytes_out_is_weak() -> None:
    """What follows l= could be anything."""
    [found] = verified(signed(length=True) + b"more\r\n").dkim

    assert (AuthResult.PASS, True) == (found.result, found.is_weak)
    assert not verified(signed(length=True)).dkim[0].is_weak


def test_dns_trouble_is_told_apart_from_no_key() -> None:
    """The first passes by itself, the second does not."""
    assert _results(signed(), None) == [(AuthResult.TEMPERROR, "no answer for the key")]
    assert _results(signed(), ()) == [(AuthResult.PERMERROR, "no key")]
    assert _results(signed(), ("v=DKIM1; p=",)) == [(AuthResult.PERMERROR, "the key was withdrawn")]
    assert _results(signed(), ("junk", key().record)) == [(AuthResult.PASS, "")]


def test_sha_1_vouches_for_nothing() -> None:
    """RFC 8301 section 3.1."""
    [found] = verified(signed(signature_algorithm=b"rsa-sha1")).dkim

    assert (AuthResult.POLICY, True) == (found.result, found.is_weak)


@pytest.mark.parametrize(
    "tags",
    [
        b"",
        b"v=2; a=rsa-sha256",
        b"v=1; a=rsa-sha256; d=example.org; s=sel; h=to; bh=AAAA; b=AAAA",
        b"v=1; a=rsa-sha256; d=example.org; s=sel; h=from; bh=AAAA; b=AAAA; q=http",
        b"v=1; a=rsa-sha256; d=example.org; s=sel; h=from; bh=AAAA; b=AAAA; i=bob@evil.example",
        b"v=1; a=rsa-sha256; d=example.org; s=sel; h=from; bh=AAAA; b=AAAA; l=99999",
        b"v=1; a=rsa-sha256; d=example.org; s=sel; h=from; bh=AAAA; b=AAAA; t=9; x=1",
        b"\xff\x00",
    ],
)
def test_hostile_signatures_are_permanent_errors(tags: bytes) -> None:
    """None of them raises, none is asked for twice."""
    [found] = verified(b"DKIM-Signature: " + tags + b"\r\n" + MAIL).dkim

    assert found.result is AuthResult.PERMERROR


def test_the_number_of_signatures_is_capped() -> None:
    """A thousand of them must not cost a thousand lookups."""
    found = verified(b"DKIM-Signature: v=1\r\n" * 1000 + MAIL)

    assert len(found.dkim) == MOST_SIGNATURES
