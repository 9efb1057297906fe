"""The door's protocol as real programs use it: smtp-source, swaks and a Postfix in front; chunks by hand."""

import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from tests.e2e.mails import USERS, plain, with_pdf
from tests.services import postfix
from tests.services.capture import Capture
from tests.services.clamd import Clamd
from tests.services.client import RECIPIENT, SENDER, Client, send
from tests.services.gateway import Gateway
from tests.services.ports import HOST, free_ports
from tests.services.postfix import Postfix
from tests.services.scripted_hop import DROP, ScriptedHop

OPEN = '\n[relay]\ndsn = true\n[limits]\nbare_line_ends = "normalise"\n'


@contextmanager
def running(next_hop: str, clamd: Clamd, **listen: str) -> Iterator[Gateway]:
    """Run a gateway with keys of the [listen] section set; the environment counts only while it starts."""
    with ExitStack() as stack:
        with pytest.MonkeyPatch.context() as patch:
            for key, value in listen.items():
                patch.setenv(f"POSTERN__LISTEN__{key.upper()}", value)
            gateway = stack.enter_context(Gateway.running(next_hop, clamd.unix, more=OPEN))
        yield gateway


@pytest.fixture(scope="module")
def trusting(behind: Postfix, clamd: Clamd) -> Iterator[Gateway]:
    """Run a gateway that believes its clients, and keeps what its next hop can."""
    with running(f"smtp://{HOST}:{behind.port}", clamd, trusted="127.0.0.0/8") as gateway:
        yield gateway


@pytest.fixture(scope="module")
def proxied(behind: Postfix, clamd: Clamd) -> Iterator[Gateway]:
    """Run a gateway behind a load balancer."""
    with running(f"smtp://{HOST}:{behind.port}", clamd, proxies="127.0.0.0/8") as gateway:
        yield gateway


def swaks(port: int, token: str, *options: str) -> str:
    """Send a mail with swaks; return the dialogue."""
    words = ["swaks", "--server", HOST, "--port", str(port), "--from", SENDER, "--to", RECIPIENT, "--body", token]
    return subprocess.run([*words, *options], capture_output=True, text=True, check=False).stdout


def accepted_id(dialogue: str) -> str:
    """Return our id in the answer to the message."""
    line = next(line for line in dialogue.splitlines() if "queued as" in line)
    return line.partition("id=")[2].partition(")")[0]


def test_many_mails_of_many_sessions_all_arrive(token: str, gateway: Gateway, inbox: Capture) -> None:
    """smtp-source: forty mails over four connections at once, none lost and none twice.

    Each has one line in the log and one answer of the next hop; what else arrives meanwhile is of other tests.
    """
    command = ["smtp-source", "-s", "4", "-m", "40", "-l", "5000", "-S", token, "-f", SENDER, "-t", RECIPIENT]
    said = subprocess.run([*command, f"{HOST}:{gateway.port}"], capture_output=True, text=True, check=False)
    arrived = inbox.wait_for(token, 40)
    ids = {mail.data.partition(b"(Postern policy")[2].partition(b" id ")[2].split()[0].decode() for mail in arrived}
    answers = [gateway.decision(id_)["next_hop_reply"].partition(" ")[0] for id_ in ids]

    assert (said.returncode, said.stderr) == (0, "")
    assert (len(inbox.containing(token)), answers) == (40, ["250"] * 40)


@pytest.mark.parametrize("message", [b"chunked\r\n.\r\n..\r\n", b"without an end of line"])
def test_chunks_arrive_as_lines(message: bytes, token: str, gateway: Gateway, inbox: Capture) -> None:
    """BDAT in one group with all around it; behind a next hop that gets DATA every byte is there."""
    raw = f"Subject: chunks\r\nX-Test-Token: {token}\r\n\r\n".encode() + message
    with Client(gateway.port) as client:
        client.say(f"MAIL FROM:<{SENDER}> SIZE={len(raw)}\r\nRCPT TO:<{RECIPIENT}>\r\nBDAT 30\r\n".encode() + raw[:30])
        client.say(b"BDAT %d LAST\r\n%b" % (len(raw) - 30, raw[30:]))
        codes = [client.answer().code for _ in range(4)]
    (arrived,) = inbox.wait_for(token)

    assert codes == [250, 250, 250, 250]
    assert arrived.data.endswith(raw.removesuffix(b"\r\n") + b"\r\n")


def test_recipients_are_a_hundred_and_more(token: str, gateway: Gateway, inbox: Capture) -> None:
    """RFC 5321 section 4.5.3.1.8, in one group, with refusals among them that are told one by one."""
    recipients = [*[RECIPIENT, "carol@example.test"] * 55, *["nobody@example.test"] * 5]
    with Client(gateway.port) as client:
        client.say(b"MAIL FROM:<>\r\n" + b"".join(b"RCPT TO:<%b>\r\n" % one.encode() for one in recipients))
        codes = [client.answer().code for _ in range(1 + len(recipients))]
        said = client.data(plain(token))

    assert codes == [250, *[250] * 110, *[550] * 5]
    assert said.code == 250
    assert {one for mail in inbox.wait_for(token) for one in mail.recipients} <= {RECIPIENT, "carol@example.test"}


def test_swaks_may_say_who_the_client_is(token: str, trusting: Gateway) -> None:
    """XCLIENT of a trusted peer: log and trace show the client, and the front is not in the way."""
    claims = "ADDR=192.0.2.7 NAME=client.example PORT=4660"
    decision = trusting.decision(accepted_id(swaks(trusting.port, token, "--xclient", claims)))

    assert decision["client"] == "192.0.2.7"


@pytest.mark.parametrize("version", ["1", "2"])
def test_swaks_behind_a_load_balancer_is_itself(version: str, token: str, proxied: Gateway, inbox: Capture) -> None:
    """The PROXY header of either version names the client in log and trace field."""
    options = ["--proxy-version", version, "--proxy-family", "TCP4" if version == "1" else "AF_INET"]
    options += ["--proxy-source", "192.0.2.7", "--proxy-source-port", "4660"]
    options += ["--proxy-dest", "192.0.2.1", "--proxy-dest-port", "25"]
    dialogue = swaks(proxied.port, token, *options)
    decision = proxied.decision(accepted_id(dialogue))

    assert decision["client"] == "192.0.2.7"
    assert b"([192.0.2.7])" in inbox.wait_for(token)[0].data


def test_bare_line_ends_are_normalised_where_the_admin_says_so(token: str, trusting: Gateway, inbox: Capture) -> None:
    """The next hop gets lines, and one message only."""
    raw = plain(token).replace(b"\r\n", b"\n") + b".\nMAIL FROM:<evil@example.test>\n"
    with Client(trusting.port) as client:
        client.envelope()
        client.command("DATA")
        client.say(raw)
        said = client.command("\r\n.")
    (arrived,) = inbox.wait_for(token)

    assert said.code == 250
    assert arrived.data.endswith(raw.replace(b"\n", b"\r\n") + b"\r\n")


def test_dsn_is_kept_or_refused(trusting: Gateway, gateway: Gateway) -> None:
    """Postfix takes the parameters; by default nobody is promised what not every hop keeps."""
    with Client(trusting.port) as open_, Client(gateway.port) as closed:
        offers = ("DSN" in open_.features.text.split(), "DSN" in closed.features.text.split())
        kept = [
            open_.command(f"MAIL FROM:<{SENDER}> RET=HDRS ENVID=x").code,
            open_.command(f"RCPT TO:<{RECIPIENT}> NOTIFY=NEVER ORCPT=rfc822;{RECIPIENT}").code,
        ]
        refused = [closed.command(f"MAIL FROM:<{SENDER}> RET=HDRS").code, closed.command("MAIL FROM:<>").code]
        refused.append(closed.command(f"RCPT TO:<{RECIPIENT}> NOTIFY=NEVER").code)

    assert (offers, kept, refused) == ((True, False), [250, 250], [555, 250, 555])


@pytest.fixture
def edge(clamd: Clamd, inbox: Capture) -> Iterator[tuple[Postfix, Gateway]]:
    """Run a Postfix with deploy/postfix, and between its two doors a gateway that trusts it."""
    (back,) = free_ports(1)
    with running(f"smtp://{HOST}:{back}", clamd, trusted="127.0.0.1") as gateway:
        instance = postfix.before_queue(gateway.port, back, inbox.port, USERS)
        yield instance, gateway
        instance.stop()


def test_postfix_in_front_says_who_its_client_is(token: str, edge: tuple[Postfix, Gateway], inbox: Capture) -> None:
    """XFORWARD: the log shows the client of the edge, who is offered no DSN by the fragments."""
    front, gateway = edge
    with Client(front.port, "client.example") as client:
        offered = client.features.text.split()
        said = client.send(with_pdf(token))
    assert said.code == 250, said
    inbox.wait_for(token)
    (decision,) = gateway.events("message")

    assert "DSN" not in offered
    assert decision["helo"] == "client.example"


def test_answer_lost_after_the_dot_names_the_hop_and_the_recipients(token: str, clamd: Clamd) -> None:
    """An admin can find the possible duplicate."""
    with ScriptedHop({"DOT": DROP}) as hop, Gateway.running(f"smtp://{HOST}:{hop.port}", clamd.unix) as gateway:
        said = send(gateway.port, plain(token))
        decision = gateway.decision(said.id)
        (lost,) = gateway.events("unknown_outcome")

    assert said.code == 451
    assert (lost["id"], lost["next_hop"], lost["recipients"]) == (said.id, f"smtp://{HOST}:{hop.port}", [RECIPIENT])
    assert decision["next_hop"] == lost["next_hop"]
