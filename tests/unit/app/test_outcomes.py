"""What is kept of messages whose outcome is unknown."""

import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from gateway.app.outcomes import OutcomeLog, read
from gateway.model.envelope import Recipient
from gateway.model.record import MessageRecord
from tests.unit.app.samples import record


def lost(message_id: str = "<one@sender.example>") -> MessageRecord:
    """Return the record of a message whose answer was lost."""
    return replace(record(), unknown_outcome=True, message_id=message_id, error="after the final dot: closed")


def test_what_an_admin_looks_for_is_there(tmp_path: Path) -> None:
    """Both names of the message, who sent it, who may get it twice, and where to look."""
    before = datetime.now(UTC)
    OutcomeLog(tmp_path).write(lost())
    (one,) = read(tmp_path)

    assert (one.id, one.message_id, one.client, one.sender) == ("id1", "<one@sender.example>", "192.0.2.1", "<>")
    assert (one.recipients, one.next_hop) == (("c@d.example", "e@d.example"), "smtp://next:25")
    assert (one.size, one.error) == (4000, "after the final dot: closed")
    assert before <= one.time <= datetime.now(UTC)


def test_nothing_was_ever_lost(tmp_path: Path) -> None:
    """No file, no lines."""
    assert list(read(tmp_path)) == []


def test_record_is_bounded_and_keeps_the_latest(tmp_path: Path) -> None:
    """Two files, the older of which gives way; in order."""
    log = OutcomeLog(tmp_path, most=2000)
    for number in range(50):
        log.write(lost(f"<{number}@sender.example>"))
    kept = [one.message_id for one in read(tmp_path)]

    assert kept == [f"<{number}@sender.example>" for number in range(50 - len(kept), 50)]
    assert 5 < len(kept) < 15
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 4000


def test_workers_do_not_write_into_each_other(tmp_path: Path) -> None:
    """Every line of every worker is whole, also where files change meanwhile."""
    workers = []
    for _ in range(3):
        workers.append(os.fork())
        if workers[-1] == 0:
            for number in range(100):
                OutcomeLog(tmp_path, most=60_000).write(lost(f"<{os.getpid()}.{number}>"))
            os._exit(0)
    ends = [os.waitpid(pid, 0)[1] for pid in workers]

    assert ends == [0, 0, 0]
    assert sorted(one.message_id for one in read(tmp_path)) == sorted(
        f"<{pid}.{number}>" for pid in workers for number in range(100)
    )


def test_half_a_line_hides_no_other(tmp_path: Path) -> None:
    """A disk that was full for a moment, or a power cut."""
    log = OutcomeLog(tmp_path)
    log.write(lost("<1>"))
    with (tmp_path / "outcomes.jsonl").open("ab") as file:
        file.write(b'{"time":"20\n')
    log.write(lost("<2>"))

    assert [one.message_id for one in read(tmp_path)] == ["<1>", "<2>"]


def test_line_of_a_mailing_is_bounded(tmp_path: Path) -> None:
    """The first hundred recipients; the log line has them all."""
    facts = record().facts
    many = replace(facts, envelope=replace(facts.envelope, recipients=(Recipient("a@d.example"),) * 1000))
    OutcomeLog(tmp_path).write(replace(lost(), facts=many))
    (one,) = read(tmp_path)

    assert len(one.recipients) == 100
