"""All files of a policy folder to one PolicySet, or every mistake in all of them at once."""

from collections.abc import Iterable
from types import MappingProxyType

from gateway.model.policy import Action, Family, Policy, Rule, When
from gateway.model.policyset import PolicySet
from gateway.model.tenant import Route, Tenant
from gateway.policy.inherit import DEFAULT, resolve
from gateway.policy.lint import lint_allow, lint_claims, lint_reach, lint_rules
from gateway.policy.parse import parse
from gateway.policy.shape import DefaultFile, FamiliesFile, TenantFile
from gateway.policy.source import Document, PolicyErrors, Problem, Sources


def assemble(sources: Sources, version: str, problems: Iterable[Problem] = ()) -> PolicySet:
    """Return the set that the files describe. Raises PolicyErrors with these and all `problems` known before."""
    wrong = list(problems)
    families = _families(sources.families, wrong)
    default = parse(sources.default, DefaultFile, wrong) if sources.default else None
    tenants = [one for document in sources.tenants if (one := _tenant(document, wrong))]
    rules: tuple[Rule, ...] = ()
    if sources.default and default and families:
        wrong += lint_rules(sources.default, default, families)
        rules = _rules(sources.default, default)
        wrong += lint_reach(rules, families)
    for document in filter(None, (sources.default, *sources.tenants) if families else ()):
        wrong += lint_allow(document, families, rules)
    wrong += lint_claims(sources.tenants)
    if wrong or not default:
        raise PolicyErrors(tuple(sorted(set(wrong))))
    policies = [(tenant, resolve(default, tenant, families, rules, version)) for tenant in tenants]
    return _policy_set(policies, resolve(default, None, families, rules, version))


def _families(document: Document | None, wrong: list[Problem]) -> tuple[Family, ...]:
    file = parse(document, FamiliesFile, wrong) if document else None
    if not document or not file:
        return ()
    return tuple(
        Family(
            name=name,
            label=one.label,
            ext=frozenset(one.ext),
            detected=frozenset(one.detected),
            declared=frozenset(one.declared),
            origin=document.origin(("families", name)),
        )
        for name, one in file.families.items()
    )


def _rules(document: Document, default: DefaultFile) -> tuple[Rule, ...]:
    """Return the rules in the order in which they are tried, locked ones first."""
    rules = [
        Rule(
            id=one.id,
            when=When(frozenset(one.when.family), infected=bool(one.when.infected)),
            action=Action[one.then.action.upper()],
            reason=one.then.reason or "",
            locked=one.locked,
            note=one.note,
            origin=document.origin(("rules", at)),
        )
        for at, one in enumerate(default.rules)
    ]
    return tuple(sorted(rules, key=lambda rule: not rule.locked))


def _tenant(document: Document, wrong: list[Problem]) -> TenantFile | None:
    tenant = parse(document, TenantFile, wrong)
    name = document.value.get("tenant") if isinstance(document.value, dict) else None
    if isinstance(name, str) and name != document.stem:
        text = f'the tenant is called "{name:.100}" but its file {document.stem}.yaml; the two must agree'
        wrong.append(document.problem(("tenant",), text))
    if name == DEFAULT:
        wrong.append(document.problem(("tenant",), f'"{DEFAULT}" names what holds for all; choose another name'))
    return tenant


def _policy_set(policies: Iterable[tuple[TenantFile, Policy]], default: Policy) -> PolicySet:
    tenants = tuple(
        Tenant(
            name=file.tenant,
            domains=tuple(file.domains),
            recipients=tuple(file.recipients),
            policy=policy,
            route=Route(tuple(file.next_hop)),
        )
        for file, policy in policies
    )
    return PolicySet(
        version=default.version,
        tenants=tenants,
        by_recipient=MappingProxyType({one.casefold(): tenant for tenant in tenants for one in tenant.recipients}),
        by_domain=MappingProxyType({one: tenant for tenant in tenants for one in tenant.domains}),
        default=default,
    )
