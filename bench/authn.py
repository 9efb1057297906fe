"""What sender authentication costs: verify, edit and seal beside stock dkimpy, in one run; `python -m bench.authn`.

CPU time of one process, the best of several runs: other work on the machine can only add to it.
"""

import time
from collections.abc import Callable, Iterator, Sequence

import dkim

from gateway.authn import results, seal, signing
from gateway.authn.answers import Answer, Found, Known, Question
from gateway.authn.errands import Client
from gateway.authn.seal import Stamp
from gateway.authn.verify import verify
from gateway.mime.splice import pieces
from gateway.model.authentication import Authentication
from gateway.model.limits import Limits
from gateway.model.plan import Edit, Plan
from gateway.model.span import Span

SIZES = (("4 KB", 4_000, 200), ("1 MB", 1_000_000, 20), ("25 MB", 25_000_000, 3))
_HEAD = (
    b"From: Bob <bob@example.org>\r\nTo: ann@recipient.example\r\nSubject: figures\r\nMIME-Version: 1.0\r\n"
    b"Date: Tue, 14 Nov 2023 22:13:20 +0000\r\nMessage-ID: <1@example.org>\r\n"
    b"Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n"
)
_LINE = b"QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5ejAxMjM0\r\n"
_NOW = 1_700_000_000
_CLIENT = Client("192.0.2.1", "mx.example.org", "bob@example.org")
_STAMP = Stamp("example.org", "sel", "rsa-sha256", _NOW)


class Case:
    """One message of one size, signed, with everything that is asked of it."""

    def __init__(self, size: int) -> None:
        self.pem = signing.make("rsa")
        self.key = signing.signer(self.pem)
        raw = _HEAD + _LINE * (size // len(_LINE))
        self.data = bytes(dkim.sign(raw, b"sel", b"example.org", self.pem, canonicalize=(b"relaxed", b"relaxed"))) + raw
        at = self.data.index(b"\r\n\r\n") + 4
        self.plan = Plan((Edit(Span(0, 0), b"Received: x\r\n"), Edit(Span(at, at + len(_LINE)), b"gone\r\n")))
        self.known = tuple(self._answers())
        self.found = self.verify()

    def verify(self) -> Authentication:
        """Say what everything makes of it; all answers are known."""
        found = verify(self.data, _CLIENT, self.known, Limits(), _NOW).authentication
        if found is None or found.dkim[0].result != "pass":
            raise RuntimeError(f"the message does not verify: {found}")
        return found

    def edit(self) -> int:
        """Put together what leaves."""
        view = memoryview(self.data)
        return sum(
            len(one) if isinstance(one, bytes) else len(view[one.start : one.end])
            for one in pieces(len(view), self.plan)
        )

    def seal(self) -> bytes:
        """Seal what leaves."""
        material = seal.prepare(self.data, self.plan, Limits())
        text = results.results_text("mx.example", self.found)
        return seal.finish(material, self.found.arc, text, _STAMP, self.key.sign)

    def verify_by_dkimpy(self) -> None:
        """Check the one signature."""
        if not dkim.verify(self.data, dnsfunc=lambda *_, **_more: self.key.record.encode()):
            raise RuntimeError("dkimpy disagrees")

    def seal_by_dkimpy(self) -> None:
        """Seal the message as it is."""
        top = b"Authentication-Results: mx.example; arc=none\r\n"
        dkim.arc_sign(top + self.data, b"sel", b"example.org", self.pem, b"mx.example")

    def _answers(self) -> Iterator[tuple[Question, Answer]]:
        texts = {
            "sel._domainkey.example.org": self.key.record,
            "example.org": "v=spf1 ip4:192.0.2.0/24 -all",
            "_dmarc.example.org": "v=DMARC1; p=reject",
        }
        known: Known = ()
        while missing := verify(self.data, _CLIENT, known, Limits(), _NOW).missing:
            known += tuple((one, Answer(Found.RECORDS, (texts[one.name],))) for one in missing)
        yield from known


def main() -> None:
    """Print a table."""
    print(f"{'ms of CPU':12}{'verify':>10}{'edit':>10}{'seal':>10}{'dkimpy: verify':>18}{'seal':>10}")
    for name, size, times in SIZES:
        case = Case(size)
        steps: Sequence[Callable[[], object]] = (
            case.verify,
            case.edit,
            case.seal,
            case.verify_by_dkimpy,
            case.seal_by_dkimpy,
        )
        verified, edited, sealed, other_verified, other_sealed = (_best(step, times) for step in steps)
        print(f"{name:12}{verified:10.2f}{edited:10.3f}{sealed:10.2f}{other_verified:18.2f}{other_sealed:10.2f}")


def _best(step: Callable[[], object], times: int) -> float:
    spent = []
    for _ in range(times):
        started = time.process_time()
        step()
        spent.append(time.process_time() - started)
    return min(spent) * 1000


if __name__ == "__main__":
    main()
