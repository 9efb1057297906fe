"""Policy files written in tests, read as the gateway reads them."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from gateway.adapters.yamltree import tree
from gateway.model.policy import Policy
from gateway.model.policyset import PolicySet
from gateway.policy.assemble import assemble
from gateway.policy.source import Document, ListFile, PolicyErrors, Sources

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
    when: {scan: infected}
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


LONG = """\
schema: 1
tenant: acme
extends: default
domains: [help.acme.example]
next_hop: smtp://mx.acme.example:25
families:
  cad: {label: CAD drawings, ext: [dwg, dxf], detected: [image/vnd.dwg], declared: [image/vnd.dwg, application/acad]}
lists:
  partners: {file: lists/partners.txt, kind: sender_domains, max_age: 90d}
rules:
  - id: partner-office
    note: Office files without macros from partners who pass DMARC
    when: {family: [office], sender: {list: partners, auth: dmarc}, size: {max: 20MiB}}
    then: {action: host, ttl: 30d}
    owner: it@acme.example
    expires: 2027-03-31
  - id: open-archives
    when: {family: [archives], members: {all: [images, pdf, cad]}, depth: {max: 2}}
    then: {action: allow}
  - id: macros
    when: {macros: true}
    then: {action: strip, keep: quarantine, reason: macros}
allow: [images, videos, pdf, cad]
otherwise: {action: strip, keep: quarantine, reason: type_not_allowed}
message:
  limits: {size: 50MiB, parts: 500, depth: 8, members: 2000, expanded: 500MiB, ratio: 200, seconds: 60}
  over_limit: {action: reject, reason: too_complex}
  ambiguous_mime: reject
  signed_mail: {on_change: tag}
  mixed_recipients: split
scanning:
  when_down: {action: defer, max: 4h, then: quarantine, images: allow}
  unscannable: quarantine
  ignore_signatures: [{name: PUA.Pdf.Trojan.EmbeddedJavaScript-1, expires: 2027-01-31, ticket: ACME-311}]
hosting: {pool: eu, gate: click, over: 10MiB, ttl: 30d, rescan: {on_new_signatures: true, at_least_every: 24h}}
links: {hosts: [{from: files.acme.example/share, to: "https://new.acme.example/s"}, {from: old.acme.example}], ttl: 90d}
quarantine: {keep: 30d, release: {type_not_allowed: self, encrypted: request, malware: never}}
notices: {languages: [en, de], contact: "+49 30 555 0100"}
replies: {help_url: "https://mail-help.acme.example/r/{reason}?id={id}", show_file_name: true, show_virus_name: true}
rollout: {guard: {all: 0.5%, tenant: 2%, public_suffix: 2%, sender_domain: 5%}, canary: [1%, 10%, 100%], hold: 30m}
tests:
  - {name: plain pdf, file: tests/invoice.pdf, expect: allow}
  - {name: program as pdf, file: tests/exe-as.pdf, expect: reject, reason: disguised}
"""
"""Every section of the long form."""
PARTNERS = "# date: 2026-11-01\npartner.example\n*.group.example  # all of them\n"


@cache
def _shipped(name: str) -> Document:
    path = Path(__file__).parents[3] / "policies" / name
    return document(path.read_text(), path.stem)


def policies(
    *tenants: str, presets: Mapping[str, str] | None = None, lists: Mapping[str, str] | None = None
) -> PolicySet:
    """Return the set of tenants' files over the shipped families and default."""
    stems = [next((one[8:] for one in text.splitlines() if one.startswith("tenant: ")), "acme") for text in tenants]
    return assemble(
        Sources(
            families=_shipped("families.yaml"),
            default=_shipped("default.yaml"),
            tenants=tuple(map(document, tenants, stems)),
            presets=tuple(document(text, stem) for stem, text in (presets or {}).items()),
            lists={name: ListFile(name, text) for name, text in (lists or {}).items()},
        ),
        "v1",
    )


def policy_of(text: str, lists: Mapping[str, str] | None = None, presets: Mapping[str, str] | None = None) -> Policy:
    """Return the policy of a tenant that says this beside what it must say."""
    return policies(TENANT + text, lists=lists, presets=presets).tenants[0].policy


def problems_of(
    text: str, lists: Mapping[str, str] | None = None, presets: Mapping[str, str] | None = None
) -> list[str]:
    """Return what is wrong with such a tenant."""
    try:
        policy_of(text, lists, presets)
    except PolicyErrors as error:
        return [*map(str, error.problems)]
    return []


def document(text: str, stem: str = "acme") -> Document:
    """Return the document of a file's text."""
    return tree(text.encode(), f"{stem}.yaml", stem)
