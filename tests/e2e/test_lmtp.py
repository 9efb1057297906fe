"""A real LMTP server as the next hop."""

from collections.abc import Iterator

import pytest

from tests.e2e.mails import USERS, plain, with_pdf
from tests.services import dovecot
from tests.services.clamd import Clamd
from tests.services.client import SENDER, Client, send
from tests.services.dovecot import Dovecot
from tests.services.gateway import Gateway
from tests.services.ports import HOST


@pytest.fixture(scope="module")
def store() -> Iterator[Dovecot]:
    """Run a mail store that knows our users."""
    with dovecot.running(USERS) as running:
        yield running


@pytest.fixture(scope="module")
def before_store(store: Dovecot, clamd: Clamd) -> Iterator[Gateway]:
    """Run a gateway before it."""
    with Gateway.running(f"lmtp://{HOST}:{store.port}", clamd.unix) as running:
        yield running


def test_mail_lies_in_the_mailbox_as_it_was_sent(token: str, before_store: Gateway, store: Dovecot) -> None:
    """The reply is the server's own; its mailbox keeps lines with LF, as Dovecot stores them."""
    mail = with_pdf(token)
    said = send(before_store.port, mail)
    (stored,) = store.wait_for("bob", token)

    assert said.code == 250
    assert stored.endswith(mail.replace(b"\r\n", b"\n"))


def test_unknown_user_is_refused_by_the_server_and_the_known_one_gets_the_mail(
    token: str, before_store: Gateway, store: Dovecot
) -> None:
    """Each recipient hears of himself."""
    with Client(before_store.port) as client:
        client.command(f"MAIL FROM:<{SENDER}>")
        codes = [client.command(f"RCPT TO:<{user}@example.test>").code for user in ("nobody", "carol")]
        said = client.data(plain(token))

    assert (codes, said.code) == ([550, 250], 250)
    assert len(store.wait_for("carol", token)) == 1


def test_further_recipient_comes_in_a_transaction_of_its_own(token: str, before_store: Gateway, store: Dovecot) -> None:
    """LMTP answers for each recipient, SMTP once: so nobody's refusal can be lost, everybody gets one copy."""
    with Client(before_store.port) as client:
        waiting, rounds = list(USERS), 0
        while waiting and rounds < 5:
            rounds += 1
            client.command(f"MAIL FROM:<{SENDER}>")
            taken = [user for user in waiting if client.command(f"RCPT TO:<{user}@example.test>").code == 250]
            assert client.data(plain(token)).code == 250
            waiting = [user for user in waiting if user not in taken]

    assert waiting == []
    assert [len(store.wait_for(user, token)) for user in USERS] == [1] * len(USERS)
