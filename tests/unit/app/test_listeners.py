"""Sockets that outlive those who accept from them."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.app.listeners import Listeners, is_answered
from gateway.app.units import Address, SocketFile
from tests.services.ports import HOST, free_ports, is_listening

pytestmark = pytest.mark.enable_socket


@pytest.fixture
def listeners() -> Iterator[Listeners]:
    """Give listeners, and close them all."""
    one = Listeners()
    yield one
    one.close_others(())


def addresses(count: int) -> list[Address]:
    """Return free addresses."""
    return [Address(HOST, port) for port in free_ports(count)]


def test_each_slot_gets_a_socket_for_each_address(listeners: Listeners) -> None:
    """They share the port."""
    places = addresses(2)
    slots = listeners.claim(places, 3)

    assert [[one.getsockname()[1] for one in slot] for slot in slots] == [[place.port for place in places]] * 3
    assert len({one.fileno() for slot in slots for one in slot}) == 6


def test_what_is_held_is_given_again(listeners: Listeners) -> None:
    """A new cast accepts from the same queues, and further ones where there are more slots."""
    places = addresses(1)
    (before,) = listeners.claim(places, 1)
    after = listeners.claim(places, 2)

    assert after[0] == before
    assert len(after) == 2


def test_client_that_waits_is_served_by_the_next(listeners: Listeners) -> None:
    """Nobody is reset because a worker went away."""
    places = addresses(1)
    listeners.claim(places, 1)
    with socket.create_connection((HOST, places[0].port)) as client:
        ((again,),) = listeners.claim(places, 1)
        served, _ = again.accept()
        with served:
            served.sendall(b"220 ")

            assert client.recv(4) == b"220 "


def test_what_nobody_wants_is_closed_and_may_be_claimed_anew(listeners: Listeners) -> None:
    """An address that left the settings is free, and may come back."""
    kept, left = addresses(2)
    ((one, other),) = listeners.claim([kept, left], 1)
    listeners.close_others([one])

    assert (other.fileno(), is_listening(kept.port), is_listening(left.port)) == (-1, True, False)

    listeners.claim([kept, left], 1)

    assert is_listening(left.port)


def test_attempt_that_fails_keeps_nothing(listeners: Listeners) -> None:
    """The address that could be had is free again."""
    (free,) = addresses(1)
    with socket.create_server((HOST, 0)) as other, pytest.raises(OSError, match="in use"):
        listeners.claim([free, Address(HOST, other.getsockname()[1])], 1)

    assert not is_listening(free.port)


def test_successor_has_the_same_sockets(listeners: Listeners) -> None:
    """By number, as after the program was replaced; not open in programs that it starts."""
    places = addresses(1)
    listeners.claim(places, 2)
    left = {name: [os.dup(one) for one in ones] for name, ones in listeners.surrender().items()}
    listeners.close_others(())
    successor = Listeners(left)
    slots = successor.claim(places, 2)

    assert [slot[0].fileno() for slot in slots] == left[str(places[0])]
    assert [os.get_inheritable(slot[0].fileno()) for slot in slots] == [False, False]
    successor.close_others(())


def test_all_slots_accept_from_one_unix_socket(listeners: Listeners, tmp_path: Path) -> None:
    """It has one queue; whoever waits in it is served by whoever is free."""
    place = SocketFile(tmp_path / "socket")
    slots = listeners.claim([place], 2)
    with socket.socket(socket.AF_UNIX) as first, socket.socket(socket.AF_UNIX) as second:
        for client in (first, second):
            client.connect(str(place.path))
        for (one,) in slots:
            one.accept()[0].close()

    assert place.path.stat().st_mode & 0o777 == 0o600


def test_socket_of_a_killed_gateway_is_taken_over(listeners: Listeners, tmp_path: Path) -> None:
    """No manual step after a crash; one that is answered is somebody else's."""
    path = tmp_path / "socket"
    with socket.socket(socket.AF_UNIX) as killed:
        killed.bind(str(path))
        killed.listen()
        with pytest.raises(OSError, match="in use"):
            listeners.claim([SocketFile(path)], 1)
    listeners.claim([SocketFile(path)], 1)

    assert is_answered(path)
