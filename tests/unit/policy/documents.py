"""Policy files written in tests, read as the gateway reads them."""

from gateway.adapters.yamltree import tree
from gateway.policy.source import Document

FAMILIES = """\
families:
  images: {label: Images, ext: [jpg], detected: [image/jpeg], declared: [image/jpeg]}
  pdf: {label: PDF, ext: [pdf], detected: [application/pdf], declared: [application/pdf]}
  executables: {label: Programs, ext: [exe], detected: [application/x-dosexec], declared: []}
  empty: {label: Nothing, ext: [], detected: [], declared: []}
"""
DEFAULT = """\
schema: 1
rules:
  - id: malware
    when: {infected: true}
    then: {action: reject, reason: malware}
    locked: true
  - id: programs
    when: {family: [executables]}
    then: {action: reject, reason: executable}
    locked: true
allow: [images, pdf]
otherwise: reject
"""
TENANT = """\
tenant: acme
domains: [acme.example]
next_hop: smtp://mx.acme.example:25
"""


def document(text: str, stem: str = "acme") -> Document:
    """Return the document of a file's text."""
    return tree(text.encode(), f"{stem}.yaml", stem)
