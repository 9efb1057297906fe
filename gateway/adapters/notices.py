"""Notices from jinja2 templates: those of the project, and an installation's own below policies/notices/.

What comes from a message is escaped in pages, and every template is sandboxed. A template of the installation that
fails is as if it weren't there: mail goes on with the project's own, and the log says so.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

import structlog
from jinja2 import ChoiceLoader, FileSystemLoader, StrictUndefined, TemplateError, TemplateNotFound, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from gateway.model.notice import Notice, NoticeFields, NoticeFile, NoticeKind
from gateway.policy.source import Problem

OWN = Path(__file__).with_name("notice_templates")
FALLBACK = "en"
"""Where a language has no words."""
WORDS = "words"
_STEP = 1024.0

log = structlog.get_logger()


class NoticeTemplates:
    """A NoticeWriter over a folder with templates, which may be missing."""

    def __init__(self, folder: Path | None = None) -> None:
        self._forms = [_Forms([OWN])]
        if folder is not None and folder.is_dir():
            self._forms.insert(0, _Forms([folder, OWN]))

    def write(self, kind: NoticeKind, languages: Sequence[str], fields: NoticeFields) -> Notice:
        """Return the notice with a section for each language, in order."""
        for forms in self._forms[:-1]:
            try:
                return forms.notice(kind, languages, fields)
            except Exception as error:  # noqa: BLE001 - whatever a template of somebody else does, mail goes on
                log.warning("notice_template_failed", kind=kind.value, error=repr(error)[:300])
        return self._forms[-1].notice(kind, languages, fields)


def lint_templates(folder: Path) -> tuple[Problem, ...]:
    """Return what is wrong with an installation's own templates; each is compiled and tried."""
    if not folder.is_dir():
        return ()
    known = {str(path.relative_to(OWN)) for path in _files(OWN)}
    own = {str(path.relative_to(folder)): path for path in _files(folder)}
    problems = [
        Problem(str(path), 1, 1, f"no template has this name; there are {', '.join(sorted(known))}")
        for name, path in own.items()
        if name not in known and not (name.startswith(f"{WORDS}/") and name.endswith(".jinja"))
    ]
    forms = _Forms([folder, OWN])
    for name, path in own.items():
        try:
            forms.page.get_template(name)
        except TemplateSyntaxError as error:
            problems.append(Problem(str(path), error.lineno, 1, error.message or "cannot be read"))
        except UnicodeDecodeError:
            problems.append(Problem(str(path), 1, 1, "is not UTF-8"))
    return tuple(problems) or (*_missing(forms, folder), *_tried(forms, folder, sorted(languages(folder))))


def languages(folder: Path | None = None) -> frozenset[str]:
    """Return the languages that have words, with those of an installation's own folder."""
    folders = [OWN] if folder is None else [OWN, folder]
    return frozenset(path.stem for one in folders for path in (one / WORDS).glob("*.jinja"))


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.name.startswith("."))


def _missing(forms: "_Forms", folder: Path) -> Iterator[Problem]:
    """Name the words that a language of the installation lacks."""
    wanted = _words(forms.page, FALLBACK).keys()
    for path in sorted((folder / WORDS).glob("*.jinja")):
        if missing := wanted - _words(forms.page, path.stem).keys():
            yield Problem(str(path), 1, 1, f"has no {', '.join(sorted(missing))}")


def _tried(forms: "_Forms", folder: Path, tongues: Sequence[str]) -> Iterator[Problem]:
    """Write every notice in every language."""
    inside = NoticeFile("setup.exe", 4096, "application/x-dosexec", "executable")
    file = NoticeFile(
        "report.zip", 20_000, "application/zip", "executable", "https://files.example/x", 2e9, (inside,), 3
    )
    fields = NoticeFields("id", (file,), "help@example.test", "https://example.test/", True, ("macros",))
    for tongue in tongues:
        for kind in NoticeKind:
            try:
                forms.notice(kind, [tongue], fields)
            except Exception as error:  # noqa: BLE001 - a template may do anything
                yield _problem(error, folder, f"{kind.value} in {tongue}")


def _problem(error: Exception, folder: Path, what: str) -> Problem:
    """Find the line of a template in which something went wrong."""
    where, line = str(folder), 1
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename.startswith(str(folder)):
            where, line = trace.tb_frame.f_code.co_filename, trace.tb_lineno
        trace = trace.tb_next
    said = error.message if isinstance(error, TemplateError) else repr(error)
    return Problem(where, line, 1, f"{what}: {said}")


class _Forms:
    """The two environments over the same folders: text, and pages with escaping."""

    def __init__(self, folders: Sequence[Path]) -> None:
        loader = ChoiceLoader([FileSystemLoader(folder) for folder in folders])
        self.text = _environment(loader, escapes=False)
        self.page = _environment(loader, escapes=True)

    def notice(self, kind: NoticeKind, tongues: Sequence[str], fields: NoticeFields) -> Notice:
        text, html = (
            environment.get_template(f"{kind.value}.{ending}").render(
                fields=fields, languages=_all(environment, tongues)
            )
            for environment, ending in ((self.text, "txt"), (self.page, "html"))
        )
        return Notice(text.strip() + "\n", html.strip() + "\n")


def _environment(loader: ChoiceLoader, *, escapes: bool) -> ImmutableSandboxedEnvironment:
    made = ImmutableSandboxedEnvironment(
        loader=loader, autoescape=escapes, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    made.filters["about"] = _about
    made.filters["day"] = _day
    return made


def _all(environment: ImmutableSandboxedEnvironment, tongues: Sequence[str]) -> list[Mapping[str, Any]]:
    """Return the words of each language once."""
    found = [_words(environment, one) for one in tongues or (FALLBACK,)]
    return list({words["tag"]: words for words in found}.values())


def _words(environment: ImmutableSandboxedEnvironment, tongue: str) -> Mapping[str, Any]:
    """Return a language's words; macros among them escape as the environment does."""
    try:
        template = environment.get_template(f"{WORDS}/{tongue}.jinja")
    except TemplateNotFound:
        tongue, template = FALLBACK, environment.get_template(f"{WORDS}/{FALLBACK}.jinja")
    said = {name: value for name, value in vars(template.module).items() if not name.startswith("_")}
    return MappingProxyType({**said, "tag": tongue})


def _about(file: NoticeFile, words: Mapping[str, Any]) -> str:
    """Return size and type of a file."""
    return ", ".join(filter(None, (_size(file.size, words), file.type)))


def _size(size: int, words: Mapping[str, Any]) -> str:
    if size < 0:
        return str(words["unknown_size"])
    amount, units = float(size), list(words["units"])
    while amount >= _STEP and len(units) > 1:
        amount /= _STEP
        units.pop(0)
    digits = 1 if amount < 100 and len(units) < len(words["units"]) else 0
    return f"{amount:.{digits}f}".replace(".", words["decimal"]) + f" {units[0]}"


def _day(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)
