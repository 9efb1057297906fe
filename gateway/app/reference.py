"""The settings as documentation and as an example file, both made from the one model.

`postern.toml` in deploy/ and docs/configuration.md hold exactly what these functions return: `make docs`.
"""

import json
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from gateway.app.config import PREFIX
from gateway.app.section import Section
from gateway.app.settings import sections
from gateway.app.units import Kind

_INSTALLED = {
    ("paths", "policies"): "/etc/postern/policies",
    ("paths", "spool"): "/var/lib/postern/spool",
    ("paths", "outcomes"): "/var/lib/postern/outcomes",
    ("paths", "maildir"): "/var/lib/postern/mail",
    ("paths", "run"): "/run/postern",
    ("store", "folder"): "/var/lib/postern/store",
}
"""Where an installed gateway keeps its files; the defaults suit a folder of one's own."""

_EXAMPLE = """\
# Settings of Postern. Every key stands here with its default; remove the # to change one.
# Sizes and durations carry a unit: "50MiB", "90s". Relative paths are taken from the folder of this file.
# POSTERN__SECTION__KEY in the environment overrides a key. `postern doctor` checks all of it.
"""

_PAGE = f"""\
# Configuration

One TOML file. `postern serve --config FILE` names it; otherwise `./postern.toml` is read, then
`/etc/postern/postern.toml`, and with neither the defaults below are used. `deploy/postern.toml` is an example
with every key.

- Sizes and durations carry a unit: `"50MiB"` (B, KiB, MiB, GiB), `"90s"` (ms, s, m, h, d).
- Relative paths are taken from the folder of the file.
- `{PREFIX}SECTION__KEY` in the environment overrides a key, such as `{PREFIX}LISTEN__SMTP=0.0.0.0:25`; lists are
  separated by commas.
- A wrong key or value is named with its line and with what is allowed; nothing starts until all is right.
- Settings are read once. A new certificate and new policy files are taken while running; anything else needs a restart.
"""


def example() -> str:
    """Return the example file."""
    blocks = [_EXAMPLE]
    for name, section in sections().items():
        lines = ["", f"# {_doc(section)}", f"[{name}]"]
        for key, field in section.model_fields.items():
            installed = _INSTALLED.get((name, key))
            shown = json.dumps(installed) if installed else _toml(field)
            lines.append(f"# {field.description} ({_kind(field)})")
            lines.append(f"{key} = {shown}" if installed else f"# {key} = {shown}".rstrip())
        blocks.append("\n".join(lines) + "\n")
    return "".join(blocks)


def page() -> str:
    """Return the documentation page."""
    blocks = [_PAGE]
    for name, section in sections().items():
        lines = [
            f"\n## [{name}]\n",
            _doc(section),
            "",
            "| key | values | default | meaning |",
            "| --- | --- | --- | --- |",
        ]
        lines += [
            f"| `{key}` | {_kind(field)} | {_default(field)} | {field.description} |"
            for key, field in section.model_fields.items()
        ]
        blocks.append("\n".join(lines) + "\n")
    return "".join(blocks)


def _doc(section: type[Section]) -> str:
    return " ".join((section.__doc__ or "").split())


def _kind(field: FieldInfo) -> str:
    if get_origin(field.annotation) is Literal:
        return ", ".join(f"`{word}`" for word in get_args(field.annotation))
    named = [mark.words for mark in field.metadata if isinstance(mark, Kind)]
    return named[0] if named else {int: "number", bool: "`true`, `false`", str: "text"}[_plain(field)]


def _plain(field: FieldInfo) -> type:
    assert isinstance(field.annotation, type)  # noqa: S101 - the model has no other annotations
    return field.annotation


def _made_up(field: FieldInfo) -> str:
    extra: Any = field.json_schema_extra
    return f"{extra['shown']}" if extra else ""


def _toml(field: FieldInfo) -> str:
    if shown := _made_up(field):
        return f"… ({shown})"
    if field.default is None:
        return '""'
    return json.dumps(list(field.default) if isinstance(field.default, tuple) else field.default)


def _default(field: FieldInfo) -> str:
    if shown := _made_up(field):
        return shown
    return "none" if field.default is None else f"`{_toml(field)}`"
