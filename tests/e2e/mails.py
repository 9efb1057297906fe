"""Mails of the end-to-end tests; each can be told apart from all others."""

import itertools
import os
from collections.abc import Callable

from tests import builders

TOKEN = "X-Test-Token"
USERS = ("bob", "carol", "dave")
"""Those whom the Postfix behind knows, in example.test."""
Maker = Callable[[str], bytes]
"""Makes a mail that holds the token given."""

_numbers = itertools.count()


def fresh_token() -> str:
    """Return a word that no other mail of this run holds."""
    return f"token-{os.getpid()}-{next(_numbers)}-end"


def headers(token: str) -> list[builders.Header | bytes]:
    """Return the fields of an ordinary mail with its token."""
    return [*builders.ORDINARY, (TOKEN, token)]


def plain(token: str, text: str = "Hello.\r\n") -> bytes:
    """Return a text mail."""
    return builders.mail(builders.text(text), headers=headers(token))


def with_file(token: str, content: bytes, media_type: str, filename: str) -> bytes:
    """Return a mail with a text and one attachment."""
    entity = builders.multipart(builders.text(), builders.part(content, media_type, filename))
    return builders.mail(entity, headers=headers(token))


def with_pdf(token: str) -> bytes:
    """Return a mail that the policy allows."""
    return with_file(token, builders.document(), "application/pdf", "invoice.pdf")
