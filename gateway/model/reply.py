"""SMTP replies, and the one catalogue of every reply that Postern itself gives.

One cause = one code pair = one stable word. The class digit lives in `code` alone, so that basic and
enhanced code (RFC 3463) cannot disagree: senders drop an enhanced code that does. 5xx only for what
the sender can cure or must know; whatever is our fault, or in doubt, is 4xx.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reply:
    """One SMTP reply, ours or the next hop's."""

    code: int
    detail: str
    """Subject and detail of the enhanced code, such as "7.1"; empty where there is none."""
    lines: tuple[str, ...]
    """Text without codes and line ends; at least one line."""

    @property
    def is_positive(self) -> bool:
        """Any 2xx means accepted (RFC 5321 section 4.2.1)."""
        return 200 <= self.code < 300

    @property
    def is_intermediate(self) -> bool:
        """3xx: go on with the data."""
        return 300 <= self.code < 400

    @property
    def is_transient(self) -> bool:
        """4xx: try again later."""
        return 400 <= self.code < 500

    @property
    def is_permanent(self) -> bool:
        """5xx: final."""
        return 500 <= self.code < 600

    @property
    def enhanced(self) -> str:
        """The enhanced status code, such as "5.7.1"; empty where there is none."""
        return f"{self.code // 100}.{self.detail}" if self.detail else ""

    def __str__(self) -> str:
        return " ".join(filter(None, (str(self.code), self.enhanced, " / ".join(self.lines))))


@dataclass(frozen=True, slots=True)
class Cause:
    """A line of the catalogue: why we say something, and what the other side can do about it."""

    word: str
    code: int
    detail: str
    text: str
    """What, and what to do, in one sentence."""

    def reply(self, *extra: str) -> Reply:
        """Return the reply for this cause, with `extra` (id, part, rule …) behind the sentence."""
        return Reply(self.code, self.detail, ("; ".join((f"{self.word}: {self.text}", *filter(None, extra))),))


HELD = Cause("held", 250, "6.0", "the message was taken and is held; the recipient's administrator decides about it")
TAKEN = Cause("taken", 250, "6.0", "the message was taken")
UNDELIVERED = Cause("undelivered", 250, "6.0", "the message is held, because the recipient's mail server refused it")
TYPE_NOT_ALLOWED = Cause(
    "type_not_allowed",
    550,
    "7.1",
    "the recipient does not accept files of this type; convert it to an accepted type or share a link instead",
)
DISGUISED = Cause(
    "disguised",
    550,
    "7.1",
    "a file is not what its name or label says; send it under its true name and type",
)
EXECUTABLE = Cause(
    "executable",
    550,
    "7.1",
    "programs, scripts and shortcuts are not accepted, also inside archives; share a link instead",
)
MACROS = Cause("macros", 550, "7.1", "documents with macros are not accepted; save it without macros and send it again")
ACTIVE_CONTENT = Cause(
    "active_content",
    550,
    "7.1",
    "a file contains script or launch actions; send a version without them",
)
MALWARE = Cause("malware", 554, "7.0", "malware was found in the message; check the sending computer")
ENCRYPTED = Cause("encrypted", 550, "7.5", "an encrypted file cannot be inspected; send it unencrypted or share a link")
SIGNED = Cause(
    "signed",
    550,
    "7.1",
    "a file would have to be replaced, which breaks the signature of the message; send it unsigned or share a link",
)
MALFORMED = Cause("malformed", 554, "6.0", "the message breaks the mail format; have its sending program repaired")
AMBIGUOUS_MIME = Cause(
    "ambiguous_mime",
    554,
    "6.0",
    "mail programs would read the structure of this message differently; send it again from another mail program",
)
TOO_COMPLEX = Cause(
    "too_complex",
    554,
    "6.0",
    "the message has too many parts, or expands too far to be inspected; send the files separately",
)
UNREADABLE = Cause(
    "unreadable",
    554,
    "6.1",
    "a file cannot be opened for inspection; send its contents unpacked, or share a link",
)
TOO_BIG_SYSTEM = Cause("too_big", 552, "3.4", "the message is larger than this system accepts; share a link instead")
TOO_BIG_RECIPIENT = Cause(
    "too_big", 552, "2.3", "the message is larger than the recipient accepts; share a link instead"
)
SCANNER_DOWN = Cause("scanner_down", 451, "3.0", "the message cannot be inspected right now; it will be accepted later")
STORE_DOWN = Cause("store_down", 451, "3.0", "the message cannot be kept right now; it will be accepted later")
DEADLINE = Cause("deadline", 451, "3.0", "the message could not be handled in time; try again later")
UNFORESEEN = Cause("internal", 451, "3.0", "something went wrong here, nothing was delivered; try again later")
NEXT_HOP_DOWN = Cause("next_hop_down", 451, "4.1", "the recipient's mail server does not answer; try again later")
OVERLOAD = Cause("overload", 452, "3.1", "too much mail at the moment; try again later")
DISK_FULL = Cause("disk_full", 452, "3.1", "no space to take the message at the moment; try again later")
TOO_MANY_CONNECTIONS = Cause(
    "too_many_connections", 421, "7.0", "too many connections from your address; try again later"
)
BUSY = Cause("busy", 421, "3.2", "all connections are in use; try again later")
CONNECTION_SPENT = Cause(
    "connection_spent", 421, "7.0", "this connection made too many errors or lasted too long; connect again"
)
NOT_SMTP = Cause("not_smtp", 421, "7.0", "this is a mail server and speaks SMTP only")
EARLY_TALKER = Cause("early_talker", 554, "5.1", "wait for the greeting before sending commands")
SHUTTING_DOWN = Cause("shutting_down", 421, "3.2", "the service restarts; connect again")
TIMEOUT = Cause("timeout", 421, "4.2", "no command for too long; connect again")
TOO_MANY_RECIPIENTS = Cause("too_many_recipients", 452, "5.3", "send the remaining recipients in another transaction")
OTHER_POLICY = Cause("other_policy", 452, "5.3", "this recipient needs a transaction of its own; try it again")
RELAY_DENIED = Cause("relay_denied", 550, "7.1", "this system does not receive mail for that domain; check the address")
LOOP = Cause("loop", 554, "4.6", "the message has passed here too often; the routing of the domain loops")
BARE_LINE_END = Cause(
    "bare_line_end",
    554,
    "6.0",
    "the message contains CR or LF that is not part of a CR LF line end; repair the sending program",
)
LINE_TOO_LONG = Cause("line_too_long", 554, "6.0", "a line of the message is longer than this system accepts")
NOT_TRUSTED = Cause("not_trusted", 550, "7.0", "this command is for trusted clients only")
TLS_REQUIRED = Cause("tls_required", 530, "7.0", "give STARTTLS first")
BAD_SEQUENCE = Cause("bad_sequence", 503, "5.1", "bad sequence of commands")
SYNTAX = Cause("syntax", 501, "5.4", "syntax error in parameters")
UNKNOWN_PARAMETER = Cause("unknown_parameter", 555, "5.4", "this parameter is not supported")
BAD_LINE = Cause("bad_line", 500, "5.2", "a command is one line of text that ends with CR LF")
BAD_SENDER = Cause("bad_sender", 553, "1.7", "this is not a valid sender address")
BAD_RECIPIENT = Cause("bad_recipient", 553, "1.3", "this is not a valid recipient address; check the address")
NOT_IMPLEMENTED = Cause("not_implemented", 502, "5.1", "this command is not available here")
TLS_UNAVAILABLE = Cause("tls_unavailable", 454, "7.0", "TLS is not available at the moment; try again later")
UNKNOWN_COMMAND = Cause("unknown_command", 500, "5.1", "unknown command")
SMTPUTF8_NEEDED = Cause(
    "smtputf8_needed",
    553,
    "6.7",
    "the recipient's mail server takes no internationalised addresses; use an address in ASCII",
)
SMTPUTF8_MISSING = Cause(
    "smtputf8_missing", 553, "6.7", "a non-ASCII address needs the SMTPUTF8 parameter of the MAIL command"
)
EIGHT_BIT_NEEDED = Cause(
    "eight_bit_needed",
    554,
    "6.3",
    "the recipient's mail server takes no 8-bit data; send the message in quoted-printable or base64",
)
SPF_FAILED = Cause(
    "spf_failed", 550, "7.23", "the sending server may not send for this domain (SPF); send through the domain's own"
)
DKIM_FAILED = Cause("dkim_failed", 550, "7.20", "the message bears no valid DKIM signature that the recipient asks for")
DMARC_FAILED = Cause(
    "dmarc_failed",
    550,
    "7.26",
    "the message is not authenticated for the domain of its author (SPF, DKIM, DMARC); send it through that domain",
)
REVERSE_DNS_FAILED = Cause(
    "reverse_dns_failed", 550, "7.25", "the sending server's address has no valid name in DNS; have one published"
)
NULL_MX = Cause("null_mx", 550, "7.27", "the sender's domain takes no mail (null MX); use an address that does")
ARC_FAILED = Cause("arc_failed", 550, "7.29", "the chain of ARC seals on the message is broken; send it directly")
AUTH_UNDECIDED = Cause(
    "auth_undecided", 451, "7.24", "the sender could not be checked in DNS; it will be tried again later"
)
UNSEALED = Cause("unsealed", 451, "3.0", "the message could not be sealed right now; it will be accepted later")

CATALOGUE: tuple[Cause, ...] = tuple(value for value in list(globals().values()) if isinstance(value, Cause))
