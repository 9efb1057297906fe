"""All files of a policy folder to one PolicySet, or every mistake in all of them at once."""

from collections.abc import Container, Iterable
from types import MappingProxyType
from typing import TypeVar

from gateway.model.families import Family
from gateway.model.policy import Policy
from gateway.model.policyset import PolicySet, PolicyTest
from gateway.model.tenant import Route, Tenant
from gateway.policy.inherit import resolve
from gateway.policy.levels import DEFAULT, Level, ends_of, families_of, level, parent_of
from gateway.policy.lint import lint_claims, lint_file
from gateway.policy.parse import parse
from gateway.policy.shape import DefaultFile, FamiliesFile, Layer, PresetFile, TenantFile
from gateway.policy.source import Document, PolicyErrors, Problem, Sources, unknown

_File = TypeVar("_File", bound=Layer)


def assemble(sources: Sources, version: str, problems: Iterable[Problem] = ()) -> PolicySet:
    """Return the set that the files describe. Raises PolicyErrors with these and all `problems` known before."""
    builder = _Builder(sources, list(problems))
    made = builder.build(version)
    if builder.wrong or made is None:
        raise PolicyErrors(tuple(sorted(set(builder.wrong))))
    return made


class _Builder:
    """Puts files on one another; each mistake is in `wrong`, and what it stands in the way of is left out."""

    def __init__(self, sources: Sources, wrong: list[Problem]) -> None:
        self.wrong = wrong
        self._sources = sources
        self._shared: tuple[Family, ...] = ()
        self._parents: dict[str, Level] = {}
        self._names = (DEFAULT, *(one.stem for one in sources.presets))

    def build(self, version: str) -> PolicySet | None:
        sources, wrong = self._sources, self.wrong
        families = parse(sources.families, FamiliesFile, wrong) if sources.families else None
        if sources.families and families:
            self._shared = families_of(sources.families, families)
        default = self._default(sources.default)
        self._presets(sources.presets)
        tenants = [(file, found) for one in sources.tenants for file, found in self._tenant(one)]
        wrong += lint_claims(sources.tenants)
        if default is None or wrong:
            return None
        policies = {name: _policy(name, one, version) for name, one in self._parents.items()}
        served = [_serve(file, one, _policy(file.tenant, one, version)) for file, one in tenants]
        tests = [test for name, one in self._parents.items() for test in _tests(one, policies[name])]
        tests += [test for (_, one), tenant in zip(tenants, served, strict=True) for test in _tests(one, tenant.policy)]
        ends = [end for one in (*self._parents.values(), *(one for _, one in tenants)) for end in ends_of(one)]
        return PolicySet(
            version=version,
            tenants=tuple(served),
            by_recipient=MappingProxyType({one.casefold(): tenant for tenant in served for one in tenant.recipients}),
            by_domain=MappingProxyType({one: tenant for tenant in served for one in tenant.domains}),
            default=policies.pop(DEFAULT),
            presets=MappingProxyType(policies),
            tests=tuple(tests),
            ends=tuple(ends),
        )

    def _default(self, document: Document | None) -> Level | None:
        layer = parse(document, DefaultFile, self.wrong) if document else None
        if document and layer and "extends" in layer.model_fields_set:
            self.wrong.append(document.key_problem(("extends",), f'"{DEFAULT}" extends nothing; remove the key'))
        if document and layer and self._shared:
            self._parents[DEFAULT] = self._put(document, layer, None)
        return self._parents.get(DEFAULT)

    def _presets(self, documents: Iterable[Document]) -> None:
        """Put presets on their parents, whatever order they stand in."""
        waiting = {one.stem: (one, layer) for one in documents if (layer := self._parse(one, PresetFile))}
        while ready := [one for one in waiting.values() if self._has_parent(one[1])]:
            for document, layer in ready:
                del waiting[document.stem]
                if document.stem == DEFAULT:
                    self.wrong.append(document.problem((), f'"{DEFAULT}" is the file above presets/; call it another'))
                else:
                    self._parents[document.stem] = self._put(document, layer, self._parent(document, layer))
        for document, layer in waiting.values():
            self._complain_of_parent(document, layer, waiting)

    def _tenant(self, document: Document) -> Iterable[tuple[TenantFile, Level]]:
        file = self._parse(document, TenantFile)
        self._check_name(document)
        if file is None:
            return
        parent = self._parent(document, file)
        if parent is None:
            self._complain_of_parent(document, file)
        else:
            yield file, self._put(document, file, parent)

    def _parse(self, document: Document, shape: type[_File]) -> _File | None:
        """Return the file's shape; where it has none, find at least what is wrong with its families."""
        found = parse(document, shape, self.wrong)
        if found is None and DEFAULT in self._parents:
            self.wrong += lint_file(document, None, self._parents[DEFAULT])
        return found

    def _put(self, document: Document, layer: Layer, parent: Level | None) -> Level:
        made = level(document, layer, parent, self._shared, self._sources.lists, self.wrong)
        self.wrong += lint_file(document, layer, made)
        return made

    def _has_parent(self, layer: Layer) -> bool:
        return layer.extends.partition("@")[0] in self._parents

    def _parent(self, document: Document, layer: Layer) -> Level | None:
        return parent_of(document, layer, self._parents, self.wrong)

    def _complain_of_parent(self, document: Document, layer: Layer, ring: Container[str] = ()) -> None:
        """Say why a parent cannot be extended; not where the parent's own mistakes say it."""
        name = layer.extends.partition("@")[0]
        if name not in self._names:
            self.wrong.append(document.problem(("extends",), unknown("parent", name, self._names)))
        elif name in ring:
            self.wrong.append(document.problem(("extends",), f'"{name}" extends this file in turn'))

    def _check_name(self, document: Document) -> None:
        name = document.value.get("tenant") if isinstance(document.value, dict) else None
        if isinstance(name, str) and name != document.stem:
            text = f'the tenant is called "{name:.100}" but its file {document.stem}.yaml; the two must agree'
            self.wrong.append(document.problem(("tenant",), text))
        if name == DEFAULT:
            text = f'"{DEFAULT}" names what holds for all; choose another name'
            self.wrong.append(document.problem(("tenant",), text))


def _policy(name: str, one: Level, version: str) -> Policy:
    return resolve(name, one.layers, one.families, one.rules, version)


def _serve(file: TenantFile, one: Level, policy: Policy) -> Tenant:
    return Tenant(
        name=file.tenant,
        domains=tuple(file.domains),
        recipients=tuple(file.recipients),
        policy=policy,
        route=Route(tuple(file.next_hop)),
        override=file.override,
        origin=one.document.origin(("domains",)),
    )


def _tests(one: Level, policy: Policy) -> Iterable[PolicyTest]:
    return (
        PolicyTest(said.name, said.file, said.expect, said.reason, policy, one.document.origin(("tests", at)))
        for at, said in enumerate(one.layer.tests)
    )
