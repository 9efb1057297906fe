"""Default and tenant to one policy."""

import subprocess
import sys
from dataclasses import fields, replace

from gateway.model.limits import Limits
from gateway.model.policy import Action, Ambiguous, Family, MixedRecipients, Policy, Rule, SignedMail, When
from gateway.policy.inherit import fingerprint, resolve
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
    return resolve(DEFAULT, tenant, (IMAGES, PROGRAMS), (MALWARE_RULE, PROGRAM_RULE), "v1")


def test_tenant_that_says_nothing_gets_the_default() -> None:
    """Under its own name, with the same fingerprint."""
    default = resolve(DEFAULT, None, (IMAGES, PROGRAMS), (MALWARE_RULE, PROGRAM_RULE), "v1")

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
        replace(one, tagging=replace(one.tagging, banner=True)),
    ]
    assert len({fingerprint(one), *map(fingerprint, others)}) == len(others) + 1


def test_fingerprint_knows_every_field() -> None:
    """A new field of a policy is either in the fingerprint or on the list of those that change no answer."""
    known = {
        Policy: "name version fingerprint families rules allow otherwise "
        "ambiguous_mime over_limit when_down limits replies "
        "signed_mail mixed_recipients quarantine notices hosting tagging",
        Family: "name label ext detected declared origin",
        Rule: "id when action reason locked note origin",
        When: "family infected",
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
