"""Alarms by log, webhook and mail, to real servers on the loopback."""

import email.policy
from collections.abc import Iterator
from email.parser import BytesParser
from pathlib import Path

import pytest
import structlog

from gateway.adapters.notify import Mail, Notifier, Webhook, written
from gateway.ports.alarms import Alarm
from tests.services.capture import Capture
from tests.services.ports import free_ports
from tests.services.web_service import WebService, web_service

ALARM = Alarm("domain_listed", "files1.example", {"listed_by": ["dbl.lists.example bad (127.0.1.4)"], "tenants": 7})


@pytest.fixture
def service() -> Iterator[WebService]:
    """Take every alarm."""
    with web_service(lambda _: (204, b"")) as one:
        yield one


@pytest.fixture
def waits() -> list[float]:
    """Hold what was waited."""
    return []


async def _notify(waits: list[float], alarm: Alarm = ALARM, **ways: object) -> list[object]:
    """Sound an alarm without waiting; return the log's lines."""

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    with structlog.testing.capture_logs() as lines:
        await Notifier(sleep=sleep, **ways).sound(alarm)  # type: ignore[arg-type]
    return list(lines)


@pytest.mark.enable_socket
async def test_webhook_gets_everything(service: WebService, waits: list[float], tmp_path: Path) -> None:
    """Once, as JSON, with its token in a header field and nowhere else."""
    (tmp_path / "token").write_text("s3cret\n")
    lines = await _notify(waits, webhook=Webhook(f"{service.url}/hook", tmp_path / "token"))
    [request] = service.requests

    assert {
        "event": "domain_listed",
        "subject": "files1.example",
        "urgent": True,
        "detail": {"listed_by": ["dbl.lists.example bad (127.0.1.4)"], "tenants": 7},
    } == request.json()
    assert ("Bearer s3cret", "/hook", []) == (request.headers["authorization"], request.path, waits)
    assert "s3cret" not in str(lines)


@pytest.mark.enable_socket
async def test_webhook_is_tried_again_within_a_bound(service: WebService, waits: list[float]) -> None:
    """Three more times, then the log says that nobody was told."""
    service.answer = lambda _: (503, b"")
    lines = await _notify(waits, webhook=Webhook(service.url))

    assert (4, [1.0, 5.0, 25.0]) == (len(service.requests), waits)
    assert ["domain_listed", "alarm_not_told"] == [line["event"] for line in lines]  # type: ignore[index]


@pytest.mark.enable_socket
async def test_webhook_that_recovers_is_told_once(service: WebService, waits: list[float]) -> None:
    """No alarm twice to one who took it."""
    service.answer = lambda _: (204 if len(service.requests) == 2 else 500, b"")
    await _notify(waits, webhook=Webhook(service.url))

    assert (2, [1.0]) == (len(service.requests), waits)


@pytest.mark.enable_socket
async def test_trouble_of_one_way_does_not_keep_the_other_from_being_told(waits: list[float]) -> None:
    """And an address with a secret in it stands in no log line."""
    [port] = free_ports(1)
    with Capture() as mailbox:
        mail = Mail("127.0.0.1", mailbox.port, "postern@mx.example", ("ada@example.net",))
        lines = await _notify(waits, webhook=Webhook(f"http://127.0.0.1:{port}/secret"), mail=mail)
        [arrived] = mailbox.wait_for("domain_listed")

    assert ("postern@mx.example", ("ada@example.net",)) == (arrived.sender, arrived.recipients)
    assert "secret" not in str(lines)


@pytest.mark.enable_socket
async def test_mail_names_no_domain_as_it_is(waits: list[float]) -> None:
    """Neither in its header nor in its text; people can read it all the same."""
    with Capture() as mailbox:
        mail = Mail("127.0.0.1", mailbox.port, "postern@mx.test", ("ada@mx.test",))
        await _notify(waits, mail=mail)
        [arrived] = mailbox.wait_for("domain_listed")
    read = BytesParser(policy=email.policy.default).parsebytes(arrived.data)

    assert b"files1.example" not in arrived.data
    assert "Postern: domain listed: files1[.]example" == read["Subject"]
    assert "dbl[.]lists[.]example bad (127.0.1.4)" in read.get_content()


def test_subject_of_an_alarm_cannot_make_header_fields() -> None:
    """Names of files and sources come from others."""
    mail = written(Alarm("file_revoked", "a\r\nBcc: x@y\x1b[31m"), "a@b", ("c@d",))

    assert None is mail["Bcc"]
    assert "Postern: file revoked: a??Bcc: x@y?[31m" == mail["Subject"]


async def test_without_ways_the_log_tells(waits: list[float]) -> None:
    """An error for what needs somebody, else only a line."""
    urgent = await _notify(waits)
    good = await _notify(waits, Alarm("domain_clean", "files1.example", is_urgent=False))

    assert ["error", "info"] == [line["log_level"] for line in (*urgent, *good)]  # type: ignore[index]
