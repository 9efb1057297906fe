"""What a leaf is to the message, by what it claims and where it stands; content may prove it wrong."""

from gateway.model.artifact import Role
from gateway.model.message import Part

_BODY_TYPES = frozenset(
    ("text/plain", "text/html", "text/enriched", "text/richtext", "text/x-amp-html", "text/watch-html")
)
_REPORT_TYPES = frozenset(
    (
        "message/delivery-status",
        "message/global-delivery-status",
        "message/disposition-notification",
        "message/global-disposition-notification",
        "message/feedback-report",
        "text/rfc822-headers",
        "message/global-headers",
    )
)
_SIGNATURE_TYPES = frozenset(
    ("application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature")
)
_WRAPPER_TYPES = frozenset(("application/pkcs7-mime", "application/x-pkcs7-mime"))


def role_of(part: Part, parent: Part | None) -> Role:
    """Return the role of `part` in the multipart or message around it."""
    around = parent.media_type if parent else ""
    if around == "multipart/signed" and part.path[-1:] == (2,) and part.media_type in _SIGNATURE_TYPES:
        return Role.SIGNATURE
    if around == "multipart/report" and part.media_type in _REPORT_TYPES:
        return Role.REPORT
    # RFC 8551 section 3.2: such a part is always called attachment, and yet it is the mail.
    if part.media_type in _WRAPPER_TYPES or _is_called_wrapper(part):
        return Role.WRAPPER
    # RFC 2183 section 2.8: an unknown disposition is to be treated as an attachment.
    if part.disposition in {"", "inline"}:
        # A multipart is a leaf where no part was found in it: readers show its text, or nothing.
        if part.is_multipart or (part.media_type in _BODY_TYPES and not part.names):
            return Role.BODY
        if around == "multipart/alternative" and part.media_type == "text/calendar" and _has_method(part):
            return Role.CALENDAR
    return Role.ATTACHMENT


def _is_called_wrapper(part: Part) -> bool:
    """Tell whether only the name says S/MIME, as after gateways that do not know the type (RFC 8551 section 3.9)."""
    if part.media_type != "application/octet-stream":
        return False
    return bool(part.names) and all(name.lower() == "smime.p7m" for name in part.names)


def _has_method(part: Part) -> bool:
    return any(name == "method" for name, _ in part.params)
