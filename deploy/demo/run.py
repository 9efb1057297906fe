"""`make run`: start clamd and the gateway, send sample mails through it, show what each got and why.

Everything that it starts ends with it. Mail that is accepted goes to a Maildir under var/demo, where the log is
too; nothing leaves the machine. What clamd reads lies under /tmp, where AppArmor lets Debian's clamd read.
"""

import argparse
import contextlib
import json
import re
import signal
import smtplib
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from deploy.demo.programs import ROOT, DemoError, clamd, gateway, has_system_signatures
from deploy.demo.samples import Sample, samples

DOMAIN = "example.test"
SETTINGS = """\
[server]
hostname = "postern.{domain}"
workers = 1

[listen]
smtp = ["127.0.0.1:{port}"]

[paths]
policies = {policies}
spool = {spool}
maildir = "mail"
run = "run"
outcomes = "outcomes"

[clamav]
addresses = [{clamd}]

[monitor]
listen = "127.0.0.1:{monitor}"
"""

WARNING = """\
[bold red]No virus signatures on this machine.[/] clamd runs with a small set of
Postern's own, which knows the EICAR test file and nothing else. Run
[bold]freshclam[/] as root and start again to have the real ones.
"""

WHAT_NOW = """\
The gateway keeps running on [bold]127.0.0.1:{port}[/] for [bold]{domain}[/]; Ctrl-C ends everything. Send it your own:

  .venv/bin/postern send FILE --to bob@{domain}
  swaks --server 127.0.0.1:{port} --to bob@{domain} --attach @FILE      (where swaks is installed)

Ask without sending:          .venv/bin/postern examine MAIL.eml --tenant example
Change the rules while it runs: policies/tenants/example.yaml
What arrived:                 {folder}/mail
What it holds (`otherwise: quarantine` there): .venv/bin/postern quarantine list --config {folder}/postern.toml
Every decision with reasons:  {folder}/postern.log
"""

COLOURS = {"2": "green", "4": "yellow", "5": "red"}
REFUSAL = re.compile(r"(\d{3} \S+ \w+): (.*?); ((?:part|found|rule|id)=.*)")
"""A reply of our own: code and word, the sentence, and what it is about."""

console = Console()


def main() -> int:
    """Run the demonstration; return an exit status."""
    parser = argparse.ArgumentParser(prog="make run", description=__doc__)
    parser.add_argument("--port", type=int, default=2525, help="where the gateway listens")
    parser.add_argument("--monitor", type=int, default=9925, help="where its metrics are")
    parser.add_argument("--folder", type=Path, default=ROOT / "var/demo", help="for everything that is written")
    parser.add_argument("--once", action="store_true", help="end after the table")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        _demonstrate(options)
    except DemoError as error:
        console.print(Text(str(error), style="red"))
        return 1
    except KeyboardInterrupt:
        console.print("\nended")
    return 0


def _demonstrate(options: argparse.Namespace) -> None:
    folder: Path = options.folder.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        scanned = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="postern-demo-")))
        if not has_system_signatures():
            console.print(WARNING)
        with console.status("clamd reads its signatures"):
            address = stack.enter_context(clamd(scanned))
        settings = _write_settings(folder, address, options)
        with console.status("the gateway starts"):
            running = stack.enter_context(gateway(settings, options.port))
        console.print(_table([(sample, _send(sample, options.port)) for sample in samples()]))
        if not options.once:
            console.print(WHAT_NOW.format(port=options.port, domain=DOMAIN, folder=folder), highlight=False)
            if running.wait() != 0:
                raise DemoError(f"the gateway ended; see {settings.with_suffix('.log')}")


def _write_settings(folder: Path, address: Path, options: argparse.Namespace) -> Path:
    settings = folder / "postern.toml"
    text = SETTINGS.format(
        domain=DOMAIN,
        port=options.port,
        monitor=options.monitor,
        policies=json.dumps(str(ROOT / "policies")),
        spool=json.dumps(str(address.with_name("spool"))),
        clamd=json.dumps(f"unix:{address}"),
    )
    settings.write_text(text)
    return settings


def _send(sample: Sample, port: int) -> str:
    """Return the reply as the sender sees it."""
    with smtplib.SMTP("127.0.0.1", port, timeout=120) as client:
        client.ehlo("sender.example")
        for command in ("MAIL FROM:<anna@sender.example>", f"RCPT TO:<bob@{DOMAIN}>"):
            code, text = client.docmd(command)
            if code != 250:
                return f"{code} {text.decode(errors='replace')}"
        code, text = client.data(sample.raw)
    return f"{code} {text.decode(errors='replace')}"


def _table(outcomes: list[tuple[Sample, str]]) -> Table:
    table = Table(title="What the sample mails got", title_justify="left", show_lines=True)
    table.add_column("mail")
    table.add_column("reply", no_wrap=True)
    table.add_column("why", overflow="fold")
    for sample, reply in outcomes:
        said, why = _read(reply)
        table.add_row(sample.title, f"[{COLOURS[reply[0]]}]{said}[/]", why.replace("[", r"\["))
    return table


def _read(reply: str) -> tuple[str, str]:
    """Split a reply into code and word, and what it says of the first part that it names."""
    first = reply.splitlines()[0]
    if not (refusal := REFUSAL.match(first)):
        return " ".join(first.split()[:2]), f"delivered: {first.partition(' ')[2].partition(' ')[2]}"
    word, sentence, about = refusal.groups()
    return word, f"{sentence}\n{about}"


if __name__ == "__main__":
    sys.exit(main())
