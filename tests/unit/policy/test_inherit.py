"""Default and tenant to one policy."""

import subprocess
import sys
from dataclasses import fields, replace

from gateway.model.authentication import AuthResult
from gateway.model.conditions import Between, Hours, Method, When, Who
from gateway.model.families import Family
from gateway.model.limits import Limits
from gateway.model.links import LinkHost, Links
from gateway.model.policy import (
    Action,
    Ambiguous,
    Hosting,
    IgnoredSignature,
    MixedRecipients,
    Notices,
    Policy,
    Quarantining,
    Release,
    ReplyStyle,
    Rule,
    SignedMail,
    Tagging,
    WhenDown,
)
from gateway.policy.inherit import asks_authentication, fingerprint, resolve
from gateway.policy.shape import DefaultFile, TenantFile
from tests.unit.policy.samples import IMAGES, MALWARE_RULE, PROGRAM_RULE, PROGRAMS, SHIPPED, policy

DEFAULT = DefaultFile.model_validate(
    {
        "allow": ["images"],
        "otherwise": "reject",
        "message": {"limits": {"size": "10MiB", "parts": 7}, "over_limit": "defer"},
        "replies": {"help_url": "https://h.example", "show_virus_name": False},
    }
)


def resolved(**keys: object) -> Policy:
    tenant = TenantFile.model_validate({"tenant": "acme", "domains": ["a.example"], "next_hop": "smtp://x", **keys})
    return resolve("acme", (DEFAULT, tenant), (IMAGES, PROGRAMS), (MALWARE_RULE, PROGRAM_RULE), "v1")


def test_tenant_that_says_nothing_gets_the_default() -> None:
    """Under its own name, with the same fingerprint."""
    default = resolve("default", (DEFAULT,), (IMAGES, PROGRAMS), (MALWARE_RULE, PROGRAM_RULE), "v1")

    assert default.name == "default"
    assert replace(default, name="acme") == resolved()


def test_each_key_of_the_tenant_stands_over_the_default() -> None:
    """Key by key, also inside limits and replies."""
    actual = resolved(
        otherwise="tag", message={"limits": {"size": "5MiB"}}, replies={"show_virus_name": True}, allow=[]
    )

    assert (actual.allow, actual.otherwise) == ((), Action.TAG)
    assert actual.limits == replace(Limits(), size=5 << 20, parts=7)
    assert (actual.over_limit, actual.ambiguous_mime, actual.when_down) == (
        Action.DEFER,
        Ambiguous.REJECT,
        Action.DEFER,
    )
    assert (actual.replies.help_url, actual.replies.show_virus_name) == ("https://h.example", True)


def test_sections_are_laid_over_one_another_key_by_key() -> None:
    """Also where a section is a mapping of its own."""
    low = DefaultFile.model_validate(
        {
            "allow": [],
            "otherwise": {"action": "strip", "keep": "quarantine", "reason": "unreadable"},
            "message": {"signed_mail": {"on_change": "edit"}, "tag": {"subject": "[x] "}},
            "scanning": {"when_down": {"max": "4h", "then": "quarantine", "images": "allow"}},
            "hosting": {"over": "1KiB", "rescan": {"at_least_every": "12h"}},
            "links": {"hosts": [{"from": "Files.Acme.example/share", "to": "https://b.example:8443"}], "ttl": "1d"},
            "quarantine": {"release": {"encrypted": "self"}},
            "notices": {"languages": ["de"]},
        }
    )
    high = TenantFile.model_validate(
        {
            "tenant": "acme",
            "domains": ["a.example"],
            "next_hop": "smtp://x",
            "message": {"tag": {"banner": True}},
            "scanning": {"when_down": {"action": "tag", "pdf": "quarantine"}},
            "hosting": {"rescan": {"on_new_signatures": False}},
            "links": {"ttl": "2d"},
            "quarantine": {"release": {"macros": "never"}},
            "notices": {"contact": "me"},
        }
    )
    made = resolve("acme", (low, high), (IMAGES,), (), "v1")
    never = Release.NEVER

    assert (made.otherwise, made.otherwise_keeps, made.otherwise_reason) == (Action.STRIP, True, "unreadable")
    assert (made.signed_mail, made.tagging) == (SignedMail.EDIT, Tagging("[x] ", banner=True))
    families = {"images": Action.ALLOW, "pdf": Action.QUARANTINE}
    assert (made.when_down, made.down) == (Action.TAG, WhenDown(14_400.0, Action.QUARANTINE, families))
    assert made.hosting == Hosting(over=1024, rescan_every=43_200.0, rescan_on_new_signatures=False)
    assert made.quarantine == Quarantining(release={"malware": never, "encrypted": Release.SELF, "macros": never})
    assert made.links == Links((LinkHost("files.acme.example", "/share/", "https://b.example:8443/"),), 172_800.0)
    assert made.notices == Notices(("de",), "me")
    assert made.replies == ReplyStyle()


def test_policy_knows_whether_it_asks_who_vouches_for_the_sender() -> None:
    """Only then need every message be verified."""
    senders = (When(sender=Who(frozenset({"a"}), auth=frozenset({Method.SPF}))), When(sender=Who(frozenset({"a"}))))
    asked = (*senders, When(negated=When(auth=((Method.DKIM, frozenset({AuthResult.FAIL})),))))

    assert [asks_authentication(one) for one in asked] == [True, False, True]


def test_fingerprint_is_of_what_changes_an_answer() -> None:
    """Names, versions, notes and places are not part of it."""
    one = policy()
    other_rules = tuple(replace(rule, note="other") for rule in one.rules)
    other_families = tuple(replace(family, label="other") for family in one.families)
    same = [replace(one, name="x"), replace(one, version="x"), replace(one, rules=other_rules)]
    same.append(replace(one, families=other_families))

    assert {fingerprint(one)} == set(map(fingerprint, same))


def test_whatever_changes_an_answer_changes_the_fingerprint() -> None:
    """One transaction never mixes two outcomes."""
    one = policy()
    others = [
        replace(one, allow=("pdf",)),
        replace(one, otherwise=Action.TAG),
        replace(one, ambiguous_mime=Ambiguous.REBUILD),
        replace(one, over_limit=Action.TAG),
        replace(one, when_down=Action.TAG),
        replace(one, limits=Limits(size=1)),
        replace(one, replies=replace(one.replies, show_file_name=False)),
        replace(one, rules=one.rules[:1]),
        replace(one, families=one.families[1:]),
        replace(one, signed_mail=SignedMail.EDIT),
        replace(one, mixed_recipients=MixedRecipients.HOLD),
        replace(one, quarantine=replace(one.quarantine, keep=1.0)),
        replace(one, notices=replace(one.notices, languages=("de",))),
        replace(one, hosting=replace(one.hosting, over=1)),
        replace(one, links=Links((LinkHost("files.acme.example"),))),
        replace(one, otherwise_keeps=True),
        replace(one, otherwise_reason="unreadable"),
        replace(one, down=WhenDown(max=1.0)),
        replace(one, down=WhenDown(families={"images": Action.ALLOW})),
        replace(one, unscannable=Action.TAG),
        replace(one, ignore_signatures=(IgnoredSignature("x", 1.0),)),
        replace(one, tagging=Tagging(banner=True)),
        replace(one, rules=(replace(one.rules[0], ttl=1.0), *one.rules[1:])),
        replace(one, rules=(replace(one.rules[0], when=When(depth=Between(1))), *one.rules[1:])),
    ]
    assert len({fingerprint(one), *map(fingerprint, others)}) == len(others) + 1


def test_tenants_whose_files_are_hosted_share_no_transaction() -> None:
    """One tenant's recipients never get links on another tenant's attachment domain."""
    hosts = replace(policy(), otherwise=Action.HOST)
    rewrites = replace(policy(), links=Links((LinkHost("files.old.test", "/", "https://files.new.test/"),)))

    for one in (hosts, rewrites):
        assert fingerprint(replace(one, name="a")) != fingerprint(replace(one, name="b"))


def test_fingerprint_knows_every_field() -> None:
    """A new field of a policy is either in the fingerprint or on the list of those that change no answer."""
    known = {
        Policy: "name version fingerprint families rules allow otherwise "
        "otherwise_reason otherwise_keeps ambiguous_mime over_limit over_limit_reason when_down down unscannable "
        "ignore_signatures limits replies signed_mail mixed_recipients quarantine notices hosting links tagging "
        "rollout index asks_authentication",
        Family: "name label ext detected declared origin",
        Rule: "id when action reason locked keep ttl expires note owner override origin",
        When: "family detected_family name size depth sender recipient encrypted macros active_content mismatch "
        "members_all members_any scan auth time negated",
        Who: "domains addresses is_anyone auth stale_at",
        Hours: "days after before",
        IgnoredSignature: "name expires ticket",
    }
    assert [{field.name for field in fields(one)} for one in known] == [set(names.split()) for names in known.values()]


def test_fingerprint_is_the_same_in_every_process() -> None:
    """Sets have another order in each; the fingerprint has not."""
    code = "from tests.unit.policy.samples import policy; print(policy().fingerprint)"
    runs = [
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=SHIPPED.parent,
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    ]
    assert runs == [policy().fingerprint] * 2
