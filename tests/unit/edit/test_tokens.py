"""A token says what was signed, or nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.edit.tokens import BadToken, Claims, read, sign, url

OLD, NEW = b"o" * 32, b"n" * 32
CLAIMS = Claims("kq3vXo_2n-0yW9cR5mZbHA", "acme", "0f1e2d3c4b5a", 1_800_000_000)
PLAIN = st.from_regex(r"[A-Za-z0-9_-]{1,64}", fullmatch=True)


@given(PLAIN, st.text(st.characters(codec="utf-8"), max_size=40), PLAIN, st.integers(0, 2**47))
def test_what_is_signed_is_read(file: str, tenant: str, audience: str, expires_at: int) -> None:
    """For any claims, as a text that stands in a path as it is."""
    claims = Claims(file, tenant, audience, expires_at)
    token = sign(claims, [NEW])

    assert claims == read(token, [NEW])
    assert set(token) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")


@given(st.data())
def test_any_change_of_a_character_is_seen(data: st.DataObject) -> None:
    """The last one of the signature too, part of which says nothing."""
    token = sign(CLAIMS, [NEW])
    at = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.sampled_from("ABCXYZabcxyz019-_.%/").filter(lambda one: one != token[at]))
    with pytest.raises(BadToken):
        read(token[:at] + other + token[at + 1 :], [NEW])


@given(st.text(max_size=200))
def test_nonsense_is_a_bad_token(text: str) -> None:
    """Never another exception."""
    with pytest.raises(BadToken):
        read(text, [NEW])


def test_a_token_is_short() -> None:
    """It stands in mails, and is read out over the telephone by nobody."""
    assert len(sign(CLAIMS, [NEW])) < 100


@pytest.mark.parametrize("cut", [1, 5, 43, 44])
def test_cut_tokens_are_bad(cut: int) -> None:
    """Mail programs wrap long links."""
    with pytest.raises(BadToken):
        read(sign(CLAIMS, [NEW])[:-cut], [NEW])


def test_keys_rotate() -> None:
    """The first one signs; what an older one signed is good until that is taken out."""
    old = sign(CLAIMS, [OLD])

    assert read(old, [NEW, OLD]) == CLAIMS
    assert sign(CLAIMS, [NEW, OLD]) == sign(CLAIMS, [NEW])
    with pytest.raises(BadToken):
        read(old, [NEW])
    with pytest.raises(BadToken):
        read(old, [])


@pytest.mark.parametrize("file", ["", "a.b", "a/b", "ü", "a" * 65])
def test_claims_that_no_token_can_hold_are_our_own_mistake(file: str) -> None:
    """They would come back as others."""
    with pytest.raises(ValueError, match="letters"):
        sign(Claims(file, "acme", "a", 1), [NEW])
    with pytest.raises(ValueError, match="too long"):
        sign(Claims("a", "t" * 1000, "a", 1), [NEW])


def test_signed_text_of_another_kind_is_no_token() -> None:
    """The same keys may sign other things."""
    with pytest.raises(BadToken):
        read(sign(Claims("a", "acme", "a", 1), [NEW]).replace("a.a.1.", "a.a."), [NEW])


@given(st.text(max_size=300))
def test_a_link_is_plain_whatever_the_name(name: str) -> None:
    """Its last part is one segment of a path, and never long."""
    link = url("files1.example", "a.b", name)

    assert link.startswith("https://files1.example/a.b/")
    assert link.isascii()
    assert len(link) < 300
    assert not set(link.removeprefix("https://files1.example/a.b/")) & set("/?#<>\"' \r\n&\\")


def test_ports_stand_in_a_link_where_they_are_unusual() -> None:
    """As browsers write them."""
    assert url("a.example", "t", "n") == "https://a.example/t/n"
    assert url("a.example", "t", "n", "http", 80) == "http://a.example/t/n"
    assert url("a.example", "t", "n", "http", 8600) == "http://a.example:8600/t/n"
