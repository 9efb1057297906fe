"""What rewriting links costs, beside lol-html doing the same to the same page; `python -m bench.links`.

CPU time of one process, the best of several runs: other work on the machine can only add to it.
"""

import base64
import quopri
import time
from collections.abc import Callable
from functools import partial

import lolhtml

from gateway.edit.links import find_links
from gateway.edit.relink import edits
from gateway.model.limits import Limits
from gateway.model.links import LinkHost, Linking

LINKING = Linking((LinkHost("files.old.example"),))
_NEW = "https://files1.example/" + "t" * 130 + "/"
_ROW = (
    '<table><tr><td style="padding:0">A row of a newsletter with some text <a href="https://{host}/p/{number}?a=1&amp;b=2"'
    ' style="color:red"><img src="https://cdn.example/{number}.png" alt=""></a></td></tr></table>\r\n'
)


def page(rows: int, own: int) -> bytes:
    """Return a page with two links in each row; every so many rows one leads to the old host."""
    hosts = ("files.old.example" if own and number % own == 0 else "shop.example" for number in range(rows))
    return "".join(_ROW.format(host=host, number=number) for number, host in enumerate(hosts)).encode()


def message(body: bytes, encoding: str) -> bytes:
    """Return a mail with this page."""
    if encoding == "base64":
        body = base64.encodebytes(body).replace(b"\n", b"\r\n")
    elif encoding == "quoted-printable":
        body = quopri.encodestring(body.replace(b"\r\n", b"\n")).replace(b"\n", b"\r\n")
    return b"Content-Type: text/html\r\nContent-Transfer-Encoding: " + encoding.encode() + b"\r\n\r\n" + body


def ours(raw: bytes) -> int:
    """Find the links and write them anew; return how many stretches changed."""
    found = find_links(raw, LINKING, Limits())
    urls = {one.target: _NEW for slot in found.slots for one in slot.pieces if one.target}
    return len(list(edits(found.slots, urls)))


class _Handler:
    """Changes links of the old host, by a plain look at their beginning."""

    def element(self, one: lolhtml.Element) -> None:
        """Take a link."""
        if (one.get_attribute("href") or "").startswith("https://files.old.example/"):
            one.set_attribute("href", _NEW)


def theirs(body: bytes) -> None:
    """Do the same to the decoded page with lol-html."""
    out = bytearray()
    rewriter = lolhtml.HTMLRewriter(out.extend)
    rewriter.on("*[href]", _Handler())
    rewriter.write(body)
    rewriter.end()


def best(run: Callable[[], object]) -> float:
    """Return the CPU milliseconds of the fastest of twenty runs."""
    times = []
    for _ in range(20):
        began = time.process_time()
        run()
        times.append(time.process_time() - began)
    return min(times) * 1000


def main() -> None:
    """Print a table."""
    print(f"{'page':>8} {'links':>6} {'ours':>5}  8bit    quoted  base64  lol-html   (CPU ms)")
    for rows, own in ((25, 13), (750, 0), (750, 375), (750, 10)):
        body = page(rows, own)
        mails = [message(body, one) for one in ("8bit", "quoted-printable", "base64")]
        figures = [*(best(partial(ours, raw)) for raw in mails), best(partial(theirs, body))]
        mine = body.count(b"files.old.example")
        print(f"{len(body) // 1024:>5} KB {rows * 2:>6} {mine:>5}  " + "  ".join(f"{one:6.2f}" for one in figures))


if __name__ == "__main__":
    main()
