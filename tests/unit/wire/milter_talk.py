"""The words of an MTA to its milter, for tests."""

from gateway.wire.milter_frames import frame

ALL_ACTIONS, ALL_STEPS = 0x1FF, 0x1FFFFF


def options(version: int = 6, actions: int = ALL_ACTIONS, steps: int = ALL_STEPS) -> bytes:
    """Offer."""
    return frame(b"O", version.to_bytes(4) + actions.to_bytes(4) + steps.to_bytes(4))


def macros(command: bytes, **values: str) -> bytes:
    """Say more about a command."""
    pairs = (f"{name if len(name) == 1 else '{' + name + '}'}\0{value}\0" for name, value in values.items())
    return frame(b"D", command + "".join(pairs).encode())


def connect(ip: str = "192.0.2.7", port: int = 4711, family: bytes = b"4") -> bytes:
    """Tell of a client."""
    return frame(b"C", b"client.example\0" + family + port.to_bytes(2) + ip.encode() + b"\0")


def strings(command: bytes, *words: str) -> bytes:
    """Say a command with strings."""
    return frame(command, b"".join(word.encode() + b"\0" for word in words))


def helo(name: str = "client.example") -> bytes:
    """Tell of a greeting."""
    return strings(b"H", name)


def mail(address: str = "ann@client.example", *options: str) -> bytes:
    """Tell of a sender."""
    return strings(b"M", f"<{address}>", *options)


def rcpt(address: str = "bob@acme.example") -> bytes:
    """Tell of a recipient."""
    return strings(b"R", f"<{address}>")


def field(name: bytes, value: bytes) -> bytes:
    """Tell of a header field."""
    return frame(b"L", name + b"\0" + value + b"\0")


END_OF_HEADER, END, ABORT, QUIT, NEXT_CLIENT = map(frame, (b"N", b"E", b"A", b"Q", b"K"))


def body(octets: bytes) -> bytes:
    """Give the body in chunks."""
    return b"".join(frame(b"B", octets[at : at + 65535]) for at in range(0, len(octets), 65535))


def message(raw: bytes) -> bytes:
    """Tell of a whole message as Postfix does: folded values with LF, the white space behind the colon kept."""
    header, _, content = raw.partition(b"\r\n\r\n")
    header_fields = b"".join(
        field(name, value.replace(b"\r\n", b"\n")) for name, _, value in (one.partition(b":") for one in fields(header))
    )
    return header_fields + END_OF_HEADER + body(content) + END


def fields(header: bytes) -> list[bytes]:
    """Split a header block."""
    found: list[bytes] = []
    for line in header.split(b"\r\n"):
        if line[:1] in (b" ", b"\t") and found:
            found[-1] += b"\r\n" + line
        else:
            found.append(line)
    return found
