"""When something fails, mail is put off, never passed unseen; when it is back, mail passes by itself."""

from tests.e2e.mails import plain, with_pdf
from tests.services.capture import Capture
from tests.services.clamd import Clamd, running_clamd
from tests.services.client import SENDER, Client, send
from tests.services.gateway import TENANT, Gateway
from tests.services.ports import HOST, free_ports, wait_until
from tests.services.postfix import Postfix


def test_next_hop_down_is_451_and_heals(token: str, clamd: Clamd, inbox: Capture) -> None:
    """Nobody listens: 451 4.4.1; somebody does again: delivered."""
    (port,) = free_ports(1)
    with Gateway.running(f"smtp://{HOST}:{port}", clamd.unix) as gateway:
        refused = send(gateway.port, plain(token))
        with Capture(port) as back:
            passed = send(gateway.port, plain(token))
            arrived = back.wait_for(token)

    assert str(refused).startswith("451 4.4.1 next_hop_down:")
    assert passed.code == 250
    assert len(arrived) == 1


def test_next_host_of_the_list_is_taken(token: str, clamd: Clamd) -> None:
    """The first hop that answers gets the mail."""
    (nobody,) = free_ports(1)
    with Capture() as second:
        hops = f"[smtp://{HOST}:{nobody}, smtp://{HOST}:{second.port}]"
        with Gateway.running(hops, clamd.unix) as gateway:
            said = send(gateway.port, plain(token))

        assert said.code == 250, said
        assert len(second.wait_for(token)) == 1


def test_clamd_down_is_451_and_heals(token: str, behind: Postfix, inbox: Capture) -> None:
    """Without a scanner nothing passes; when it is back, mail passes without anybody's help."""
    with running_clamd() as clamd, Gateway.running(f"smtp://{HOST}:{behind.port}", clamd.unix) as gateway:
        before = send(gateway.port, with_pdf(f"before-{token}"))
        clamd.stop()
        refused = send(gateway.port, plain(f"during-{token}"))
        clamd.start()
        after = send(gateway.port, plain(f"after-{token}"))

    assert (before.code, after.code) == (250, 250)
    assert str(refused).startswith("451 4.3.0 scanner_down:")
    inbox.wait_for(f"after-{token}")
    assert inbox.containing(f"during-{token}") == []


def test_recipient_of_another_group_waits(token: str, behind: Postfix, clamd: Clamd) -> None:
    """One transaction holds one policy and one route: the other recipient is told to come again."""
    other = TENANT.replace("example", "other").replace("pdf", "pdf, archives")
    with (
        Gateway.running(
            f"smtp://{HOST}:{behind.port}", clamd.unix, tenants={"example": TENANT, "other": other}
        ) as gateway,
        Client(gateway.port) as client,
    ):
        client.command(f"MAIL FROM:<{SENDER}>")
        codes = [client.command(f"RCPT TO:<bob@{domain}>") for domain in ("example.test", "other.test")]
        said = client.data(plain(token))

    assert codes[0].code == 250
    assert str(codes[1]).startswith("452 4.5.3 other_policy:")
    assert said.code == 250


NARROWER = TENANT.replace("[images, videos, pdf]", "[images]")


def _is_new(versions: list[str], old: list[str]) -> bool:
    """Two versions side by side are two workers, of which one has not changed yet."""
    return len(versions) == 1 and versions != old


def test_changed_policy_governs_the_next_mail(token: str, behind: Postfix, clamd: Clamd) -> None:
    """A tenant's file is picked up while the gateway runs; a broken one keeps the old rules and says so."""
    hop = f"smtp://{HOST}:{behind.port}"
    with Gateway.running(hop, clamd.unix) as gateway:
        old = gateway.ready()["policy"]
        first = send(gateway.port, with_pdf(token))
        gateway.write_policy("example", NARROWER.format(next_hop=hop))
        wait_until(lambda: _is_new(gateway.ready()["policy"], old), gateway.is_alive, 10, "the new policy")
        second = send(gateway.port, with_pdf(token))
        gateway.write_policy("example", "tenant: example\nallow: [nonsense]\n")
        wait_until(lambda: gateway.ready()["reasons"] != [], gateway.is_alive, 10, "the complaint")
        third = send(gateway.port, with_pdf(token))
        complaint = " ".join(gateway.ready()["reasons"])

    assert first.code == 250
    assert str(second).startswith("550 5.7.1 type_not_allowed:")
    assert str(third).startswith("550 5.7.1 type_not_allowed:")
    assert "example.yaml:2:" in complaint
