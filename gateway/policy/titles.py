"""Names to show for files in containers: those of the files around them come first, so that a sender knows them."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from gateway.model.artifact import Artifact, Role
from gateway.model.verdict import Judgement


def titled(judgements: Iterable[Judgement], artifacts: Iterable[Artifact]) -> tuple[Judgement, ...]:
    """Return the judgements with `archive.zip/folder/run.js` for a member, and every other name as it is."""
    known = {one.where: one for one in artifacts}
    return tuple(
        replace(one, name=_title(one.name, known[one.where], known))
        if one.where in known and known[one.where].role is Role.MEMBER
        else one
        for one in judgements
    )


def _title(name: str, member: Artifact, known: Mapping[str, Artifact]) -> str:
    outermost = _outermost(member.where, known)
    inside = member.where[len(outermost) + 1 :]
    first = member.names[0] if member.names else ""
    if first and name != first and inside.endswith(first):
        inside = inside.removesuffix(first) + name
    around = known[outermost].names if outermost in known else ()
    return f"{around[0]}/{inside}" if around else inside


def _outermost(where: str, known: Mapping[str, Artifact]) -> str:
    """Return where the file is that came with the message itself."""
    at = where.rfind("/")
    while at > 0:
        outer = known.get(where[:at])
        if outer is not None and outer.role is not Role.MEMBER:
            return where[:at]
        at = where.rfind("/", 0, at)
    return where.partition("/")[0]
