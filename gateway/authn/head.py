"""The top of a message as signatures see it: fields with their folding, and where the body starts."""

from collections.abc import Iterable
from dataclasses import dataclass

from gateway.mime.buffer import Buffer
from gateway.mime.fields import read_header
from gateway.model.limits import Limits
from gateway.model.span import Span

_MOST_FIELDS = 2000


@dataclass(frozen=True, slots=True)
class Field:
    """One header field as it came, with its line end."""

    name: bytes
    """In lower case."""
    raw: bytes

    @property
    def value(self) -> bytes:
        """What stands behind the colon, folded."""
        return self.raw.partition(b":")[2]


@dataclass(frozen=True, slots=True)
class Head:
    """The header block of a message."""

    fields: tuple[Field, ...]
    body: int
    """Offset of the body."""
    is_cut: bool
    """There is more of it than the limits allow to be read; a signature over it cannot be told."""

    def named(self, name: bytes) -> list[Field]:
        """Return the fields of a name, from the top."""
        return [field for field in self.fields if field.name == name]

    def chosen(self, names: Iterable[bytes], besides: Field | None = None) -> list[Field]:
        """Return the fields that an h= list means: for each name the next one up from the bottom (5.4.2)."""
        below: dict[bytes, list[Field]] = {}
        for field in self.fields:
            if field is not besides:
                below.setdefault(field.name, []).append(field)
        return [below[name].pop() for name in names if below.get(name)]


def read_head(data: Buffer, limits: Limits) -> Head:
    """Read the header block of a whole message; bounded by the limits, never raises."""
    header = read_header(data, Span(0, len(data)), limits, _MOST_FIELDS)
    fields = tuple(Field(one.name, bytes(data[one.raw.start : one.raw.end])) for one in header.fields)
    is_cut = header.head.end - header.head.start > limits.header or len(fields) >= _MOST_FIELDS
    return Head(fields, header.head.end, is_cut)
