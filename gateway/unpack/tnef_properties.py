"""MAPI properties as TNEF stores them ([MS-OXTNEF] 2.1.3.4): a counted list of typed values."""

from gateway.unpack.budget import Budget
from gateway.unpack.opener import Unreadable

_FIXED = {0x02: 4, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16}
"""Bytes of a value by its type; shorter ones are padded to four."""
_STRING8, _UNICODE, _OBJECT, _BINARY = 0x1E, 0x1F, 0x0D, 0x102
_MANY = 0x1000
_MOST = 100_000
"""Properties of one message or attachment; real ones have some hundred."""
_NAMED = 0x8000


class _Reader:
    """Reads from the front; nothing beyond the end."""

    def __init__(self, view: memoryview) -> None:
        self._view = view
        self._at = 0

    def take(self, size: int) -> memoryview:
        end = self._at + size
        if end > len(self._view):
            raise Unreadable("TNEF properties that break off")
        piece = self._view[self._at : end]
        self._at = end
        return piece

    def number(self, size: int = 4) -> int:
        return int.from_bytes(self.take(size), "little")

    def count(self) -> int:
        count = self.number()
        if count > _MOST:
            raise Unreadable(f"more than {_MOST} TNEF properties")
        return count

    def padded(self, size: int) -> memoryview:
        piece = self.take(size)
        self.take(min(-size % 4, len(self._view) - self._at))
        return piece


def read_properties(view: memoryview, budget: Budget) -> dict[int, bytes | str]:
    """Return the values that hold text or bytes; of several with one number the longest."""
    reader = _Reader(view)
    values: dict[int, bytes | str] = {}
    for _ in range(reader.count()):
        budget.spend_time()
        kind, number = reader.number(2), reader.number(2)
        if number >= _NAMED:
            _skip_name(reader)
        for value in _values(reader, kind):
            if number < _NAMED and len(value) > len(values.get(number, b"")):
                values[number] = value
    return values


def _skip_name(reader: _Reader) -> None:
    reader.take(16)
    if reader.number() == 0:
        reader.take(4)
    else:
        reader.padded(reader.number())


def _values(reader: _Reader, kind: int) -> list[bytes | str]:
    single = kind & ~_MANY
    if single in _FIXED:
        reader.take(_FIXED[single] * (reader.number() if kind & _MANY else 1))
        return []
    if single not in {_STRING8, _UNICODE, _OBJECT, _BINARY}:
        raise Unreadable(f"a TNEF property of unknown type {kind:#x}")
    found: list[bytes | str] = []
    for _ in range(reader.count()):
        data = bytes(reader.padded(reader.number()))
        match single:
            case 0x1E:
                found.append(data.partition(b"\0")[0].decode("latin-1"))
            case 0x1F:
                found.append(data.decode("utf-16-le", "replace").partition("\0")[0])
            case _:
                found.append(data)
    return found
