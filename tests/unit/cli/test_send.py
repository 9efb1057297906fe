"""`postern send` against a next hop that listens."""

from pathlib import Path

import pytest

from gateway.cli.send import send
from tests.services.ports import free_ports
from tests.services.scripted_hop import ScriptedHop

pytestmark = pytest.mark.enable_socket


def test_message_is_sent_as_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The dialogue is shown, the bytes arrive."""
    file = tmp_path / "m.eml"
    file.write_bytes(b"Subject: send-1\r\n\r\n.dot\r\n")
    with ScriptedHop({}) as hop:
        code = send(file, "a@b.test", ["c@d.test"], f"127.0.0.1:{hop.port}")
        arrived = hop.wait_for("send-1")[0].data
    shown = capsys.readouterr().out.splitlines()

    assert code == 0
    assert b"Subject: send-1\r\n\r\n.dot\r\n" in arrived
    assert [line for line in shown if line.startswith(("C: mail", "C: rcpt"))] == [
        "C: mail FROM:<a@b.test> SIZE=25",
        "C: rcpt TO:<c@d.test>",
    ]


def test_other_file_is_attached(tmp_path: Path) -> None:
    """Under its name and type."""
    file = tmp_path / "send-2.pdf"
    file.write_bytes(b"%PDF")
    with ScriptedHop({}) as hop:
        send(file, "a@b.test", ["c@d.test"], f"127.0.0.1:{hop.port}")
        arrived = hop.wait_for("send-2")[0].data

    assert b"Content-Type: application/pdf\r\n" in arrived
    assert b'filename="send-2.pdf"' in arrived


@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DOT"])
def test_refusal_is_shown_and_fails(stage: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever is refused, with control characters spelled out."""
    file = tmp_path / "m.eml"
    file.write_bytes(b"Subject: x\r\n\r\n")
    with ScriptedHop({stage: b"550 5.7.1 no \x1b[2J\r\n"}) as hop:
        assert send(file, "a@b.test", ["c@d.test"], f"127.0.0.1:{hop.port}") == 1

    assert r"S: 550 5.7.1 no \x1b[2J" in capsys.readouterr().out


@pytest.mark.parametrize("server", ["127.0.0.1", "nowhere"])
def test_wrong_server_is_told(server: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No port, no service."""
    (tmp_path / "m.eml").touch()

    assert send(tmp_path / "m.eml", "a@b.test", ["c@d.test"], server) == 1
    assert "is not an address" in capsys.readouterr().err


def test_nobody_listening_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A line, no traceback."""
    (tmp_path / "m.eml").touch()

    assert send(tmp_path / "m.eml", "a@b.test", ["c@d.test"], f"127.0.0.1:{free_ports(1)[0]}") == 1
    assert "Connection refused" in capsys.readouterr().err
