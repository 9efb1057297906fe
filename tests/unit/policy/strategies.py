"""Hypothesis strategies for facts and policies: every shape that the types allow, likely words among them."""

from hypothesis import strategies as st

from gateway.model.artifact import Artifact, Role
from gateway.model.envelope import Envelope, Peer, Recipient, Sender
from gateway.model.facts import Facts
from gateway.model.families import Family
from gateway.model.finding import Finding, FindingKind
from gateway.model.limits import Limits
from gateway.model.policy import Action, Ambiguous, Policy, ReplyStyle
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


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """Return policies as files can make them, over a few families."""
    allow = draw(st.lists(st.sampled_from([one.name for one in FAMILIES]), unique=True))
    return Policy(
        name="acme",
        version="v1",
        fingerprint="f",
        families=FAMILIES,
        rules=draw(st.sampled_from([(), (MALWARE_RULE, PROGRAM_RULE)])),
        allow=tuple(allow),
        otherwise=draw(st.sampled_from([Action.ALLOW, Action.TAG, Action.DEFER, Action.REJECT])),
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
