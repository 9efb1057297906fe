# ruff: noqa: PLC0415 - what reads links is loaded where policies name hosts; no other process needs it
"""Rewriting of links put together: what is loaded when, in which process."""

from importlib import import_module

from gateway.app import senders
from gateway.authn.errands import Errand, Outcome
from gateway.mime.buffer import Buffer
from gateway.model.limits import Limits
from gateway.model.policyset import PolicySet


def preload(policies: PolicySet) -> None:
    """Load what finds links where a policy names hosts; before the children are forked, so that they share it."""
    if any(tenant.policy.links.hosts for tenant in policies.tenants):
        import_module("gateway.edit.links")


def errands(data: Buffer, limits: Limits, errand: Errand) -> Outcome:
    """Do what a child is asked to beside examining: find links here, all else as `senders` does."""
    if errand.linking is None:
        return senders.errands(data, limits, errand)
    from gateway.edit.links import find_links

    return Outcome(linked=find_links(data, errand.linking, limits))
