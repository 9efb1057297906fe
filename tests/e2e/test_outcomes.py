"""A next hop that swallows its answer after the dot: an admin finds what may arrive twice."""

import json

from tests.e2e.mails import plain
from tests.services.clamd import Clamd
from tests.services.client import RECIPIENT, SENDER, send
from tests.services.gateway import Gateway
from tests.services.ports import HOST
from tests.services.scripted_hop import DROP, Fault, Hold, ScriptedHop

QUICK = '\n[limits]\ndeadline = "2s"\n'


def test_swallowed_answers_are_listed_with_what_to_look_for(token: str, clamd: Clamd) -> None:
    """Cut off and never answered alike: id, Message-ID, who, whereto; the second try is what arrives twice."""
    hold = Hold()
    faults: list[dict[str, Fault]] = [{"DOT": DROP}, {"DOT": hold}, {}]
    with ScriptedHop({}) as hop, Gateway.running(f"smtp://{HOST}:{hop.port}", clamd.unix, more=QUICK) as gateway:
        said = []
        for script in faults:
            hop.faults = script
            said.append(send(gateway.port, plain(token)))
        hold.released.set()
        listed = [json.loads(line) for line in gateway.outcomes("--json", "--since", "1h").splitlines()]
        shown = gateway.outcomes()

    assert [one.code for one in said] == [451, 451, 250]
    assert [one["id"] for one in listed] == [said[0].id, said[1].id]
    for one in listed:
        assert (one["sender"], one["recipients"]) == (f"<{SENDER}>", [RECIPIENT])
        assert one["next_hop"] == f"smtp://{HOST}:{hop.port}"
        assert f"Message-ID: {one['message_id']}".encode() in hop.messages[0].data
        assert one["id"] in shown
    assert len(hop.containing(token)) == 3
