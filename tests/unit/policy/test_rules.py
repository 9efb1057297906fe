"""Rules as decisions use them."""

from gateway.model.authentication import AuthResult
from gateway.model.conditions import Between, Hours, Method, Scanned, When, Who
from gateway.model.policy import Action
from tests.unit.policy.documents import policy_of

TEXT = """\
lists:
  partners: {file: a.txt, kind: sender_domains}
  people: {file: b.txt, kind: senders}
  desk: {file: c.txt, kind: recipients}
rules:
  - id: everything
    note: said
    when:
      family: [pdf, cad]
      name: "*.pdf"
      size: {min: 1KiB, max: 2KiB}
      sender: {list: [partners, people], domain: "*.x.example", address: Y@x.example, auth: [dmarc, arc]}
      recipient: {list: desk, domain: z.example}
      direction: inbound
      encrypted: false
      members: {all: [images], any: [pdf]}
      depth: {max: 2}
      scan: [clean, unscanned]
      auth: {spf: [pass, none]}
      time: {days: [mon, sun], after: "08:00"}
      not: {mismatch: true}
    then: {action: host, ttl: 2d, keep: quarantine}
    owner: it@acme.example
    expires: 2027-03-31
  - {id: anyone, when: {sender: {auth: spf}}, then: {action: strip, reason: macros}}
"""
LISTS = {"a.txt": "a.example\n", "b.txt": "B@b.example\n", "c.txt": "c@c.example\n"}


def test_every_key_arrives() -> None:
    """With lists filled in."""
    rule = policy_of(TEXT, lists=LISTS).rules[2]

    assert rule.when == When(
        family=frozenset({"pdf", "cad"}),
        name=("*.pdf",),
        size=Between(1024, 2048),
        sender=Who(
            domains=frozenset({"a.example", "*.x.example"}),
            addresses=frozenset({"b@b.example", "y@x.example"}),
            auth=frozenset({Method.DMARC, Method.ARC}),
        ),
        recipient=Who(frozenset({"z.example"}), frozenset({"c@c.example"})),
        encrypted=False,
        members_all=frozenset({"images"}),
        members_any=frozenset({"pdf"}),
        depth=Between(0, 2),
        scan=frozenset({Scanned.CLEAN, Scanned.UNSCANNED}),
        auth=((Method.SPF, frozenset({AuthResult.PASS, AuthResult.NONE})),),
        time=Hours(frozenset({0, 6}), 480, 1440),
        negated=When(mismatch=True),
    )
    assert (rule.action, rule.reason, rule.ttl, rule.keep) == (Action.HOST, "hosted", 172_800.0, True)
    assert (rule.owner, rule.note, rule.expires, rule.locked) == ("it@acme.example", "said", 1806537600.0, False)


def test_sender_without_a_name_is_anyone_who_is_vouched_for() -> None:
    """An empty list would be nobody."""
    assert policy_of(TEXT, lists=LISTS).rules[3].when.sender == Who(is_anyone=True, auth=frozenset({Method.SPF}))
    assert (
        policy_of(
            "lists: {a: {file: a.txt, kind: senders}}\n"
            "rules:\n  - {id: x, when: {sender: {list: a}}, then: {action: strip, reason: macros}}\n",
            lists={"a.txt": ""},
        )
        .rules[2]
        .when.sender
        == Who()
    )
