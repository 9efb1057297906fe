"""Findings: everything noticed about a message, and everything that could not be learned.

Content never raises; it leaves a finding. The list is closed: a new kind is a line here with its
sentence and its gravity, and a test case. Only policy turns a finding into an action.
"""

from dataclasses import dataclass
from enum import StrEnum


class Gravity(StrEnum):
    """What kind of trouble a finding is; policy chooses the action for each."""

    HARMLESS = "harmless"
    """Odd, but every reader sees the same: logged, delivered."""
    AMBIGUOUS = "ambiguous"
    """Two readers could see different messages."""
    MALFORMED = "malformed"
    """Not a message that may be relayed."""
    TOO_COMPLEX = "too_complex"
    """A bound was reached before everything was seen."""
    UNREADABLE = "unreadable"
    """A container or format could not be opened to its end."""
    ENCRYPTED = "encrypted"
    """Locked content that nobody here can judge."""
    MACROS = "macros"
    """Macro code in a document."""
    ACTIVE = "active"
    """Script or launch actions in a format that should have none."""
    DISGUISE = "disguise"
    """Content that is two things at once, or not what its place in the message says."""
    ENGINE = "engine"
    """Something of ours failed; the message was not fully seen."""


class FindingKind(StrEnum):
    """The closed list. The value is the word used in log, header, admin page and documentation."""

    # the message's structure
    NUL_IN_HEADER = "nul_in_header"
    EIGHT_BIT_HEADER = "eight_bit_header"
    EIGHT_BIT_STRUCTURE = "eight_bit_structure"
    JUNK_HEADER_LINE = "junk_header_line"
    NO_HEADER = "no_header"
    HEADER_TOO_LARGE = "header_too_large"
    TOO_MANY_FIELDS = "too_many_fields"
    DUPLICATE_FIELD = "duplicate_field"
    CONFLICTING_FIELD = "conflicting_field"
    BAD_CONTENT_TYPE = "bad_content_type"
    CONFLICTING_PARAMETER = "conflicting_parameter"
    BOUNDARY_MISSING = "boundary_missing"
    BOUNDARY_BAD = "boundary_bad"
    BOUNDARY_NEVER_SEEN = "boundary_never_seen"
    BOUNDARY_UNCLOSED = "boundary_unclosed"
    BOUNDARY_REUSED = "boundary_reused"
    BOUNDARY_PREFIXED = "boundary_prefixed"
    TEXT_OUTSIDE_PARTS = "text_outside_parts"
    ENCODING_UNKNOWN = "encoding_unknown"
    ENCODING_ON_COMPOSITE = "encoding_on_composite"
    ENCODING_DAMAGED = "encoding_damaged"
    ENCODING_AMBIGUOUS = "encoding_ambiguous"
    READERS_AGREE = "readers_agree"
    PARTIAL_MESSAGE = "partial_message"
    EXTERNAL_BODY = "external_body"
    # bounds
    TOO_MANY_PARTS = "too_many_parts"
    TOO_DEEP = "too_deep"
    TOO_MANY_MEMBERS = "too_many_members"
    EXPANDED_TOO_LARGE = "expanded_too_large"
    RATIO_TOO_HIGH = "ratio_too_high"
    OUT_OF_TIME = "out_of_time"
    # files
    BODY_IS_NOT_TEXT = "body_is_not_text"
    POLYGLOT = "polyglot"
    TRAILING_DATA = "trailing_data"
    MACRO_CODE = "macro_code"
    ACTIVE_CONTENT = "active_content"
    DDE_FIELD = "dde_field"
    EXTERNAL_TEMPLATE = "external_template"
    EMBEDDED_OBJECT = "embedded_object"
    INVOICE_DATA = "invoice_data"
    CONTAINER_UNREADABLE = "container_unreadable"
    CONTAINER_INCONSISTENT = "container_inconsistent"
    CONTAINER_ENCRYPTED = "container_encrypted"
    # engines
    EXAMINER_FAILED = "examiner_failed"
    EXAMINER_TIMEOUT = "examiner_timeout"
    SCANNER_SILENT = "scanner_silent"

    @property
    def gravity(self) -> Gravity:
        """What kind of trouble this is."""
        return _TABLE[self][0]

    @property
    def sentence(self) -> str:
        """The finding in a sentence that an admin understands."""
        return _TABLE[self][1]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing noticed, and where."""

    kind: FindingKind
    where: str
    """A MIME part or artifact path, as `Artifact.where` writes it."""
    detail: str = ""
    """Short, for log and admin; comes partly from the message, so escape it wherever shown."""


_H, _A, _M = Gravity.HARMLESS, Gravity.AMBIGUOUS, Gravity.MALFORMED
_T, _U, _D = Gravity.TOO_COMPLEX, Gravity.UNREADABLE, Gravity.DISGUISE
_K = FindingKind

_TABLE: dict[FindingKind, tuple[Gravity, str]] = {
    _K.NUL_IN_HEADER: (_M, "The header contains a NUL byte, which no mail program may send."),
    _K.EIGHT_BIT_HEADER: (_H, "A header field holds 8-bit text outside an encoded word."),
    _K.EIGHT_BIT_STRUCTURE: (_A, "A field that describes the structure holds 8-bit or control bytes; readers differ."),
    _K.JUNK_HEADER_LINE: (_A, "A line in the header is not a field; some readers take it for the end of the header."),
    _K.NO_HEADER: (_H, "The part has no header; all of it is taken as plain text."),
    _K.HEADER_TOO_LARGE: (_T, "A header block is larger than the limit."),
    _K.TOO_MANY_FIELDS: (_T, "A header block has more fields than the limit."),
    _K.DUPLICATE_FIELD: (_H, "A structural field stands twice with the same value."),
    _K.CONFLICTING_FIELD: (_A, "A structural field stands twice with different values; readers choose differently."),
    _K.BAD_CONTENT_TYPE: (_A, "The Content-Type cannot be parsed; readers guess differently."),
    _K.CONFLICTING_PARAMETER: (_A, "A parameter stands twice, split or re-encoded with different values."),
    _K.BOUNDARY_MISSING: (_A, "A multipart names no boundary; some readers find parts in it, others none."),
    _K.BOUNDARY_BAD: (_A, "The boundary is empty, overlong or holds characters that it may not hold."),
    _K.BOUNDARY_NEVER_SEEN: (_A, "The boundary of a multipart never occurs in it."),
    _K.BOUNDARY_UNCLOSED: (_H, "A multipart has no closing boundary; its last part runs to the end."),
    _K.BOUNDARY_REUSED: (_A, "A boundary is used twice: in a nested multipart, or after its end."),
    _K.BOUNDARY_PREFIXED: (_A, "Lines go on behind what looks like a boundary; careless readers see other parts."),
    _K.TEXT_OUTSIDE_PARTS: (_H, "Text stands before the first or after the last part of a multipart."),
    _K.ENCODING_UNKNOWN: (_A, "The transfer encoding is not one of the five that RFC 2045 defines."),
    _K.ENCODING_ON_COMPOSITE: (_A, "A multipart or message claims base64 or quoted-printable, which it may not."),
    _K.ENCODING_DAMAGED: (_H, "The transfer encoding has small damage that all decoders read the same way."),
    _K.ENCODING_AMBIGUOUS: (_A, "Strict and lenient decoders read different bytes from the transfer encoding."),
    _K.READERS_AGREE: (_H, "The structure is odd, but every reading of it yields the same files."),
    _K.PARTIAL_MESSAGE: (_U, "A piece of a split message; the whole can never be judged."),
    _K.EXTERNAL_BODY: (_U, "The body lies on another server and cannot be judged."),
    _K.TOO_MANY_PARTS: (_T, "The message has more parts than the limit."),
    _K.TOO_DEEP: (_T, "Parts or containers are nested deeper than the limit."),
    _K.TOO_MANY_MEMBERS: (_T, "The containers hold more files than the limit."),
    _K.EXPANDED_TOO_LARGE: (_T, "Decoding and unpacking yields more bytes than the limit."),
    _K.RATIO_TOO_HIGH: (_T, "A container expands far beyond what honest files do."),
    _K.OUT_OF_TIME: (_T, "Inspection did not end within its time."),
    _K.BODY_IS_NOT_TEXT: (_D, "A part that is shown as text is not text."),
    _K.POLYGLOT: (_D, "The file is valid as two different types at once."),
    _K.TRAILING_DATA: (_D, "Foreign data follows after the end of the file."),
    _K.MACRO_CODE: (Gravity.MACROS, "The document contains macro code."),
    _K.ACTIVE_CONTENT: (Gravity.ACTIVE, "The document contains script or launch actions."),
    _K.DDE_FIELD: (Gravity.ACTIVE, "The document contains a field that starts a program (DDE)."),
    _K.EXTERNAL_TEMPLATE: (
        Gravity.ACTIVE,
        "The document loads a template or an object from elsewhere when it is opened.",
    ),
    _K.EMBEDDED_OBJECT: (Gravity.ACTIVE, "The document contains an object that starts a program or cannot be judged."),
    _K.INVOICE_DATA: (_H, "The PDF carries the data of an electronic invoice (ZUGFeRD, Factur-X, XRechnung)."),
    _K.CONTAINER_UNREADABLE: (_U, "The container cannot be opened or listed to its end."),
    _K.CONTAINER_INCONSISTENT: (_U, "The container's directory and its data disagree; unpackers see different files."),
    _K.CONTAINER_ENCRYPTED: (Gravity.ENCRYPTED, "The file is encrypted and cannot be inspected."),
    _K.EXAMINER_FAILED: (Gravity.ENGINE, "The inspection of the message failed."),
    _K.EXAMINER_TIMEOUT: (Gravity.ENGINE, "The inspection of the message was stopped at its deadline."),
    _K.SCANNER_SILENT: (Gravity.ENGINE, "No virus scanner gave one complete answer."),
}
