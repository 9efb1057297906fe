"""Verdicts already given: by content and by the signatures that gave them."""

from collections import OrderedDict

from gateway.model.scan import Outcome, ScanResult


class VerdictCache:
    """The latest verdicts, bounded in number and age.

    Keyed by the engine's version string, so new signatures begin with an empty cache. The age bound is for
    signatures of the operator's own, which change without a new version.
    """

    def __init__(self, room: int, seconds: float) -> None:
        self._room = room
        self._seconds = seconds
        self._engine: dict[str, OrderedDict[str, tuple[float, ScanResult]]] = {}
        self._seen: OrderedDict[str, None] = OrderedDict()

    def get(self, engine: str, sha256: str, where: str, now: float) -> ScanResult | None:
        """Return the verdict on this content, as one about `where`."""
        verdicts = self._engine.get(engine)
        known = verdicts.get(sha256) if verdicts else None
        if known is None or now - known[0] > self._seconds:
            return None
        said = known[1]
        return ScanResult(where, said.outcome, said.signature, said.engine, said.detail, cached=True)

    def put(self, sha256: str, result: ScanResult, now: float) -> None:
        """Keep a verdict; a result without one is not kept."""
        if result.outcome is Outcome.UNKNOWN:
            return
        verdicts = self._engine.setdefault(result.engine, OrderedDict())
        verdicts[sha256] = now, result
        verdicts.move_to_end(sha256)
        if len(verdicts) > self._room:
            verdicts.popitem(last=False)

    def has_come_before(self, sha256: str) -> bool:
        """Tell whether this content was asked about before, as far as that is remembered; it is from now on."""
        if sha256 in self._seen:
            return True
        self._seen[sha256] = None
        if len(self._seen) > self._room:
            self._seen.popitem(last=False)
        return False

    def keep_only(self, engines: set[str]) -> None:
        """Drop the verdicts of signatures that are no longer in use."""
        for gone in self._engine.keys() - engines:
            del self._engine[gone]
