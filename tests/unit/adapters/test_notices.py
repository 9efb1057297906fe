"""Notices from templates: four languages, escaped, and an installation's own."""

from pathlib import Path

import pytest

from gateway.adapters.notices import OWN, NoticeTemplates, languages, lint_templates
from gateway.model.notice import NoticeFields, NoticeFile, NoticeKind

FILE = NoticeFile("report.zip", 20_000, "application/zip", "executable", "https://files.example/x", 2e9)
FIELDS = NoticeFields("id1", (FILE,), "help@example.test", "https://help.example/", is_kept=True, reasons=("macros",))
WRITER = NoticeTemplates()


@pytest.mark.parametrize("kind", NoticeKind)
@pytest.mark.parametrize("language", ["en", "de", "fr", "es"])
def test_every_notice_is_there_in_four_languages(language: str, kind: NoticeKind) -> None:
    """Text and page, and each language has its own."""
    said = WRITER.write(kind, (language,), FIELDS)

    assert "id1" in said.text
    assert "id1" in said.html
    assert (said.text == WRITER.write(kind, ("en",), FIELDS).text) == (language == "en")


@pytest.mark.parametrize("kind", NoticeKind)
def test_pages_load_nothing_from_elsewhere(kind: NoticeKind) -> None:
    """No picture, font, sheet or script: what a reader opens tells nobody."""
    page = WRITER.write(kind, ("en",), FIELDS).html.lower()

    assert not [word for word in ("<img", "<link", "<script", "src=", "url(", "@import") if word in page]


def test_what_comes_from_a_message_is_escaped_in_pages() -> None:
    """Also where it passes through a macro of the words."""
    bad = "<script>\"&'"
    fields = NoticeFields(bad, (NoticeFile(bad, 1, bad, bad, inside=(NoticeFile(bad, 1, bad),)),), bad, bad)
    pages = [WRITER.write(kind, sorted(languages()), fields).html for kind in NoticeKind]

    assert not any("<script" in page for page in pages)


def test_sizes_are_written_as_people_of_the_language_do() -> None:
    """With their decimal sign and units."""
    sizes = [(0, "0 octets"), (1023, "1023 octets"), (1536, "1,5 Ko"), (150 * 1024, "150 Ko"), (5 << 30, "5,0 Go")]
    for size, expected in sizes:
        fields = NoticeFields("id1", (NoticeFile("a", size, ""),))

        assert f"({expected})" in WRITER.write(NoticeKind.REMOVED, ("fr",), fields).text


def test_language_without_words_gets_english() -> None:
    """A notice is never missing."""
    assert "was removed" in WRITER.write(NoticeKind.REMOVED, ("xx",), FIELDS).text


def test_template_of_the_installation_goes_first(tmp_path: Path) -> None:
    """One file may be its own, the others stay the project's."""
    (tmp_path / "removed.txt").write_text("Gone: {{ fields.files[0].name }}")
    said = NoticeTemplates(tmp_path).write(NoticeKind.REMOVED, ("en",), FIELDS)

    assert said.text == "Gone: report.zip\n"
    assert "was removed" in said.html


def test_language_of_the_installation_is_known(tmp_path: Path) -> None:
    """Words in one file make a language."""
    (tmp_path / "words").mkdir()
    english = OWN / "words/en.jinja"
    (tmp_path / "words/en-acme.jinja").write_text(english.read_text().replace("Your mail gateway", "Acme's mail"))
    said = NoticeTemplates(tmp_path).write(NoticeKind.REMOVED, ("en-acme",), FIELDS)

    assert "Acme's mail" in said.text
    assert "en-acme" in languages(tmp_path)
    assert lint_templates(tmp_path) == ()


def test_broken_template_of_the_installation_holds_no_mail_up(tmp_path: Path) -> None:
    """The project's own is taken instead."""
    (tmp_path / "removed.txt").write_text("{% if %}")

    assert "was removed" in NoticeTemplates(tmp_path).write(NoticeKind.REMOVED, ("en",), FIELDS).text


@pytest.mark.parametrize(
    ("name", "text", "line", "said"),
    [
        ("removed.txt", "a\n{% if %}\n", 2, "Expected"),
        ("removed.html", "a\nb\n{{ fields.nothing }}", 3, "nothing"),
        ("banner.txt", "{{ 1 / 0 }}", 1, "division"),
        ("banner.txt", "{{ fields.__class__.__mro__ }}", 1, "unsafe"),
        ("remove.txt", "a", 1, "no template has this name"),
        ("words/it.jinja", "{% set decimal = ',' %}", 1, "unknown_size"),
    ],
)
def test_mistake_in_a_template_is_told_with_its_line(
    tmp_path: Path, name: str, text: str, line: int, said: str
) -> None:
    """Before any mail meets it."""
    (tmp_path / "words").mkdir()
    (tmp_path / name).write_text(text)
    problems = lint_templates(tmp_path)

    assert problems
    assert said in problems[0].text
    assert (problems[0].file, problems[0].line) == (str(tmp_path / name), line)


def test_folder_that_is_missing_has_no_mistakes(tmp_path: Path) -> None:
    """Most installations have none."""
    assert lint_templates(tmp_path / "none") == ()
