"""Seals by keys in files."""

import time
from pathlib import Path

import pytest

from gateway.adapters.sealer import ArcSealer, Seals
from gateway.model.authentication import Arc, Authentication, AuthResult
from gateway.model.errors import Deferred
from gateway.model.limits import Deadline
from gateway.model.plan import Edit, Plan
from gateway.model.span import Span
from tests.unit.adapters.test_authenticator import InPlace
from tests.unit.authn.world import NOTHING, NOW, by_dkimpy, pem, signed, verified
from tests.unit.pipeline.world import Bytes

TOP = b"X-Tag: 1\r\n"
PLAN = Plan((Edit(Span(0, 0), TOP),))


def _sealer(
    tmp_path: Path, *, may_go: bool = False, errands: InPlace | None = None, key: bytes | None = None
) -> ArcSealer:
    file = tmp_path / "sel.pem"
    file.write_bytes(pem("rsa") if key is None else key)
    keys = (("gone", tmp_path / "gone.pem"), ("sel", file))
    return ArcSealer(errands or InPlace(), Seals("example.org", keys, "mx.example", may_go), lambda: NOW)


async def _sealed(sealer: ArcSealer, data: bytes, found: Authentication) -> bytes:
    return await sealer.seal(Bytes(data), PLAN, found, Deadline(time.monotonic() + 60))


async def test_the_first_key_that_can_be_read_seals(tmp_path: Path) -> None:
    """Over what leaves."""
    data, sealer = signed(), _sealer(tmp_path)
    fields = await _sealed(sealer, data, verified(data))

    assert by_dkimpy(fields + TOP + data) == b"pass"
    assert b"s=sel" in fields
    assert (1, 0) == (sealer.sealed, sealer.unsealed)


@pytest.mark.parametrize("why", ["no key", "child", "chain"])
async def test_without_a_seal_mail_is_put_off_or_goes_without(tmp_path: Path, why: str) -> None:
    """As the setting says; never half a seal."""
    found = Authentication(NOTHING.spf, (), NOTHING.dmarc, Arc(AuthResult.TEMPERROR, 1)) if why == "chain" else NOTHING
    key, errands = b"junk" if why == "no key" else None, InPlace("crashed" if why == "child" else "")

    with pytest.raises(Deferred) as caught:
        await _sealed(_sealer(tmp_path, errands=errands, key=key), signed(), found)
    without = _sealer(tmp_path, may_go=True, errands=errands, key=key)

    assert str(caught.value.reply).startswith("451 4.3.0 unsealed")
    assert await _sealed(without, signed(), found) == b""
    assert without.unsealed == 1


async def test_a_chain_that_has_ended_gets_no_seal_and_no_delay(tmp_path: Path) -> None:
    """Nothing that we could wait for would change it."""
    ended = Authentication(NOTHING.spf, (), NOTHING.dmarc, Arc(AuthResult.FAIL, 2, is_ended=True))

    assert await _sealed(_sealer(tmp_path), signed(), ended) == b""


async def test_keys_are_read_again(tmp_path: Path) -> None:
    """A key that was put right seals without a restart."""
    sealer = _sealer(tmp_path, key=b"junk")
    (tmp_path / "sel.pem").write_bytes(pem("rsa"))
    sealer.refresh()

    assert (await _sealed(sealer, signed(), NOTHING)).startswith(b"ARC-Seal: i=1;")
