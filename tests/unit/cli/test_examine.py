"""`postern examine` on whole messages; a process each, because it forks."""

import json
from collections.abc import Iterator
from email.message import EmailMessage

import pytest

from tests.unit.app.running import ROOT
from tests.unit.app.serving import Place, place

pytestmark = pytest.mark.enable_socket


@pytest.fixture
def here() -> Iterator[Place]:
    """Give a folder with a message: a picture, and a program that calls itself a PDF."""
    message = EmailMessage()
    message["Subject"] = "two files"
    message.set_content("hello\n")
    picture = (ROOT / "tests/samples/picture.png").read_bytes()
    message.add_attachment(picture, maintype="image", subtype="png", filename="p.png")
    program = b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x02\x00\x3e\x00" + bytes(200)
    message.add_attachment(program, maintype="application", subtype="pdf", filename="f\u202egpj.pdf")
    with place() as one:
        (one.folder / "m.eml").write_bytes(message.as_bytes())
        yield one


def test_verdict_reply_and_every_file_are_shown(here: Place) -> None:
    """Tree, types, findings, verdict, reply; and plainly that no scanner looked."""
    done = here.postern("examine", "m.eml")
    shown = done.stdout.decode()

    assert done.returncode == 0
    for expected in (
        "note: line ends were made CR LF",
        "note: NO VIRUS SCAN: clamd does not answer (unix:/nonexistent/clamd.ctl: ",
        "0 multipart/mixed",
        "2 image/png base64",
        r"f\u202egpj.pdf",
        "Judged by policy default",
        "Verdict: reject",
        "Reply: 550 5.7.1 disguised: ",
    ):
        assert expected in shown
    assert "\u202e" not in shown


def test_json_holds_the_same(here: Place) -> None:
    """For programs; from standard input, by a tenant's policy."""
    stdin = (here.folder / "m.eml").read_bytes()
    done = here.postern("examine", "-", "--tenant", "example", "--json", stdin=stdin)
    found = json.loads(done.stdout)

    assert (found["file"], found["policy"], found["action"]) == ("-", "example", "reject")
    assert [part["media_type"] for part in found["tree"]["parts"]] == ["text/plain", "image/png", "application/pdf"]
    assert [one["names"] for one in found["artifacts"]] == [[], ["p.png"], ["f\u202egpj.pdf"]]
    assert found["reply"].startswith("550 5.7.1 disguised: ")


def test_other_readings_stand_in_the_tree(here: Place) -> None:
    """What some readers see, beside what most do; findings are explained."""
    body = b"--a\r\n\r\nhi\r\n--a--\r\n--b\r\nContent-Type: image/png; name=p.png\r\n\r\nx\r\n--b--\r\n"
    raw = b"Content-Type: multipart/mixed; boundary=a; boundary=b\r\n\r\n" + body
    shown = here.postern("examine", "-", stdin=raw).stdout.decode()
    found = json.loads(here.postern("examine", "-", "--json", stdin=raw).stdout)

    assert "or read as boundary:b:" in shown
    assert found["tree"]["readings"] == {"boundary:b": ["0~boundary:b/1"]}
    assert {"kind", "gravity", "where", "detail", "sentence"} == set(found["findings"][0])


def test_message_that_passes_has_no_reply_of_ours(here: Place) -> None:
    """The next hop would answer."""
    (here.folder / "ok.eml").write_bytes(b"Subject: hi\r\n\r\nhello\r\n")
    shown = here.postern("examine", "ok.eml").stdout.decode()

    assert "Verdict: allow\nReply: 250 (what the next hop answers)\n" in shown
    assert "CR LF" not in shown


def test_nothing_is_left_behind(here: Place) -> None:
    """It touches nothing: no spool, no mail, no run folder."""
    before = sorted(path.name for path in here.folder.iterdir())
    here.postern("examine", "m.eml")

    assert sorted(path.name for path in here.folder.iterdir()) == before


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("absent.eml",), "absent.eml: "),
        (("m.eml", "--tenant", "nobody"), 'm.eml: no tenant "nobody"; there are: default, example'),
        (("m.eml", "--policies", "nowhere"), "nowhere/default.yaml:1:1: cannot be read"),
        (("m.eml", "--config", "absent.toml"), "absent.toml: cannot be read"),
    ],
    ids=["file", "tenant", "policies", "settings"],
)
def test_what_is_missing_is_told(here: Place, arguments: tuple[str, ...], expected: str) -> None:
    """A line, exit code 1, no traceback."""
    done = here.postern("examine", *arguments)

    assert done.returncode == 1
    assert done.stderr.decode().startswith(expected)
    assert b"Traceback" not in done.stderr
