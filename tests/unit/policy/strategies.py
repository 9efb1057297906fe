"""Hypothesis strategies for facts and policies: every shape that the types allow, likely words among them."""

from collections.abc import Iterable

from hypothesis import strategies as st

from gateway.model.artifact import Artifact, Role
from gateway.model.authentication import AuthResult
from gateway.model.conditions import Between, Hours, Method, Scanned, When, Who
from gateway.model.envelope import Envelope, Peer, Recipient, Sender
from gateway.model.facts import Facts
from gateway.model.families import Family
from gateway.model.finding import Finding, FindingKind
from gateway.model.limits import Limits
from gateway.model.policy import Action, Ambiguous, Policy, ReplyStyle, Rule, SignedMail, WhenDown
from gateway.model.scan import Outcome, ScanResult
from gateway.model.span import Span
from tests.unit.policy.samples import IMAGES, MALWARE_RULE, PROGRAM_RULE, PROGRAMS


def _family(name: str, ext: str, media_type: str) -> Family:
    return Family(name, name, frozenset({ext}), frozenset({media_type}), frozenset({media_type}))


FAMILIES = (
    IMAGES,
    PROGRAMS,
    _family("pdf", "pdf", "application/pdf"),
    _family("archives", "zip", "application/zip"),
    _family("text", "txt", "text/plain"),
    _family("web", "html", "text/html"),
    _family("calendar", "ics", "text/calendar"),
    _family("signatures", "asc", "application/pgp-signature"),
    _family("encrypted", "pgp", "application/pgp-encrypted"),
    _family("office_macro", "docm", "application/x-docm"),
)
ANY_TEXT = st.text(st.characters(), max_size=90)
"""Lone surrogates, controls and line ends included."""
PLACES = st.sampled_from(["1", "2", "2.1", "2/a.zip", "2/a.zip/b.exe", "message", ""]) | ANY_TEXT
TYPES = (
    st.sampled_from(
        [
            "",
            "application/octet-stream",
            "image/jpeg",
            "application/pdf",
            "application/zip",
            "application/x-dosexec",
            "text/plain",
            "text/html",
            "text/javascript",
            "text/calendar",
            "application/pgp-signature",
            "application/x-empty",
        ]
    )
    | ANY_TEXT
)
NAMES = st.sampled_from(["a.jpg", "a.pdf", "a.exe", "a.pdf.exe", "a.exe.pdf", "a", ".", "a.js\0.pdf"]) | ANY_TEXT

artifacts = st.builds(
    Artifact,
    where=PLACES,
    role=st.sampled_from(Role),
    names=st.lists(NAMES, max_size=3).map(tuple),
    declared=TYPES,
    detected=TYPES,
    size=st.integers(0, 1 << 40),
    sha256=st.just("ab" * 32),
    depth=st.integers(0, 9),
    part=st.just((2,)),
    content=st.just(Span(0, 1)),
    encrypted=st.booleans(),
    is_container=st.booleans(),
)
findings = st.builds(Finding, kind=st.sampled_from(FindingKind), where=PLACES, detail=ANY_TEXT)
scans = st.builds(ScanResult, where=PLACES, outcome=st.sampled_from(Outcome), signature=ANY_TEXT)
envelopes = st.builds(
    Envelope,
    peer=st.builds(
        Peer,
        ip=st.sampled_from(["192.0.2.1", "2001:db8::1", "", "::ffff:192.0.2.1", "unix"]),
        port=st.just(25),
        helo=ANY_TEXT,
        tls=ANY_TEXT,
        esmtp=st.booleans(),
    ),
    sender=st.just(Sender(None)),
    recipients=st.lists(st.builds(Recipient, address=ANY_TEXT), max_size=3).map(tuple),
    smtputf8=st.booleans(),
)
facts = st.builds(
    Facts,
    id=st.just("018f-a") | ANY_TEXT,
    received_at=st.floats(0, 4e9),
    envelope=envelopes,
    size=st.integers(0, 1 << 31),
    artifacts=st.lists(artifacts, max_size=9).map(tuple),
    findings=st.lists(findings, max_size=9).map(tuple),
    scans=st.lists(scans, max_size=5).map(tuple),
)


def _some(words: Iterable[str]) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from(sorted(words)), max_size=2)


NAMES_OF_FAMILIES = [one.name for one in FAMILIES]
_flag = st.none() | st.booleans()
_who = st.builds(
    Who,
    domains=_some(["b.example", "*.example"]),
    is_anyone=st.booleans(),
    auth=st.frozensets(st.sampled_from(Method), max_size=1),
    stale_at=st.none() | st.just(2e9),
)
_plain_conditions = st.builds(
    When,
    family=_some(NAMES_OF_FAMILIES),
    detected_family=_some(NAMES_OF_FAMILIES),
    name=st.sampled_from([(), ("*.pdf",)]),
    size=st.none() | st.just(Between(5, 1 << 20)),
    depth=st.none() | st.just(Between(1)),
    sender=st.none() | _who,
    recipient=st.none() | _who,
    members_any=_some(NAMES_OF_FAMILIES),
    auth=st.sampled_from([(), ((Method.SPF, frozenset({AuthResult.PASS})),)]),
    time=st.none() | st.just(Hours(frozenset({1, 5}), 1200, 300)),
)
_naming_conditions = st.builds(
    When,
    family=_some(NAMES_OF_FAMILIES),
    encrypted=_flag,
    macros=_flag,
    active_content=_flag,
    mismatch=_flag,
    members_all=_some(NAMES_OF_FAMILIES),
    scan=st.frozensets(st.sampled_from([Scanned.CLEAN, Scanned.UNSCANNED]), max_size=1),
    negated=st.none() | _plain_conditions,
)


@st.composite
def rules(draw: st.DrawFn, conditions: st.SearchStrategy[When]) -> Rule:
    """Return rules as files can make them."""
    action = draw(st.sampled_from([one for one in Action if one is not Action.REBUILD]))
    reason = "" if action is Action.ALLOW else "hosted" if action is Action.HOST else "type_not_allowed"
    expires = draw(st.none() | st.just(2e9))
    return Rule(f"r-{action.word}", draw(conditions), action, reason, keep=draw(st.booleans()), expires=expires)


plain_rules = st.lists(rules(_plain_conditions), max_size=3)
"""None of them asks about findings, scans or all other files."""
any_rules = st.lists(rules(_plain_conditions | _naming_conditions), max_size=3)


@st.composite
def policies(draw: st.DrawFn, own: st.SearchStrategy[list[Rule]] = plain_rules) -> Policy:
    """Return policies as files can make them, over a few families, with such rules behind the locked ones."""
    allow = draw(st.lists(st.sampled_from([one.name for one in FAMILIES]), unique=True))
    return Policy(
        name="acme",
        version="v1",
        fingerprint="f",
        families=FAMILIES,
        rules=(*draw(st.sampled_from([(), (MALWARE_RULE, PROGRAM_RULE)])), *draw(own)),
        allow=tuple(allow),
        otherwise=draw(st.sampled_from([one for one in Action if one is not Action.REBUILD])),
        otherwise_keeps=draw(st.booleans()),
        signed_mail=draw(st.sampled_from(SignedMail)),
        unscannable=draw(st.sampled_from([Action.TAG, Action.QUARANTINE, Action.REJECT])),
        down=draw(
            st.sampled_from(
                [WhenDown(), WhenDown(60.0, Action.QUARANTINE), WhenDown(families={"images": Action.ALLOW})]
            )
        ),
        ambiguous_mime=draw(st.sampled_from(Ambiguous)),
        over_limit=draw(st.sampled_from([Action.TAG, Action.DEFER, Action.REJECT])),
        when_down=draw(st.sampled_from([Action.TAG, Action.DEFER])),
        limits=Limits(size=draw(st.sampled_from([1000, 1 << 30]))),
        replies=draw(
            st.builds(
                ReplyStyle,
                help_url=st.sampled_from(["", "https://h.example/{reason}?id={id}", f"https://h.example/{'x' * 170}"]),
                show_file_name=st.booleans(),
                show_virus_name=st.booleans(),
            )
        ),
    )
