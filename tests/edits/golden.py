"""The golden corpus of edits: a message, what is to be done to it, and what leaves, byte for byte.

`python -m tests.edits.golden` writes the expectations anew; a difference is for review.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from gateway.edit.planner import Extras
from gateway.model.notice import Link
from gateway.model.policy import Action, Notices, Tagging
from tests.unit.edit.editing import Edit
from tests.unit.policy.samples import policy

HERE = Path(__file__).parent
EXPIRES = 1_798_761_600.0


@dataclass(frozen=True)
class Case:
    """One folder."""

    folder: Path

    @property
    def expected(self) -> bytes:
        """Return what must leave."""
        return (self.folder / "expected.eml").read_bytes()

    def new(self) -> bytes:
        """Return what leaves."""
        raw, said = (self.folder / "message.eml").read_bytes(), self._said()
        places = {action: said.get(action.word, []) for action in (Action.TAG, Action.HOST, Action.STRIP)}
        actions = {where: action for action, wheres in places.items() for where in wheres}
        links = tuple(
            Link(
                where, f"file {where}.mov", 348_481_280, "video/quicktime", f"https://files.example/f/{where}", EXPIRES
            )
            for where in places[Action.HOST]
        )
        by = policy(
            notices=Notices((said["language"],), said.get("contact", "")),
            tagging=Tagging(said.get("subject_prefix", ""), said.get("banner", False)),
        )
        return Edit(raw, actions, by, Extras(links=links)).new

    def _said(self) -> dict[str, Any]:
        said = yaml.safe_load((self.folder / "edit.yaml").read_text())
        assert isinstance(said, dict)
        return said


def cases() -> list[Case]:
    """Return all cases, by name."""
    return [Case(path.parent) for path in sorted(HERE.glob("*/edit.yaml"))]


if __name__ == "__main__":
    for case in cases():
        (case.folder / "expected.eml").write_bytes(case.new())
