"""Scripts that build files are told from those that only run, and from code that is shown."""

import pytest

from gateway.filetype.pagescripts import drawing_notes, page_notes


@pytest.mark.parametrize(
    "page",
    [
        "<script>var b=new Blob([x]);a.href=URL.createObjectURL(b);a.download='x.zip';a.click()</script>",
        "<script>navigator.msSaveOrOpenBlob(b,'x.zip')</script>",
        "<script>document.write(unescape('%3Ch1%3E'))</script>",
        "<script>eval(atob('YWxlcnQoMSk='))</script>",
        "<script>eval(String.fromCharCode(97,108))</script>",
        "<script>var x='" + "QUJD" * 300 + "'</script>",
        "<script>var x='" + "QUJD\n" * 300 + "'</script>",
        "<script>var x=[" + "77, 90," * 200 + "]</script>",
        "<script>var x='" + r"\x41" * 80 + "'</script>",
        "<img\nonerror=\"document.write(atob('PGgx'))\">",
        "<body onload='var f=new File([d],n);l.download=n;URL.createObjectURL(f)'>",
        "<a href=\"java\nscript:eval(atob('x'))\">",
        "<script>new ActiveXObject('WScript.Shell')",
    ],
)
def test_script_that_builds_is_active(page: str) -> None:
    """HTML smuggling, in scripts, handlers and addresses."""
    assert [note.kind.value for note in page_notes(page.lower().encode())] == ["active_content"]


@pytest.mark.parametrize(
    "page",
    [
        "<script>var i=new Image();i.src='https://a.example/p.gif?'+Date.now()</script>",
        '<script type=\'application/ld+json\'>{"x": "' + "QUJD" * 300 + '"}</script>',
        "<p>Call eval(atob(x)) and new Blob([x]) with createObjectURL.</p>",
        "<p>once = twice; upon = x</p>",
        "<img src='a.png' alt='" + "QUJD" * 300 + "'>",
    ],
)
def test_other_scripts_are_left_over(page: str) -> None:
    """Mail programs drop them; nothing is built."""
    assert list(page_notes(page.lower().encode())) == []


@pytest.mark.parametrize(
    "drawing",
    [
        "<svg><script>x</script></svg>",
        "<svg onload='x'/>",
        "<svg\nonload='x'/>",
        "<svg><foreignObject/></svg>",
        "<svg:svg><svg:script/></svg:svg>",
        "<svg><a href='javas\ncript:x'/></svg>",
        "<!DOCTYPE svg [<!ENTITY x 'y'>]><svg/>",
    ],
)
def test_anything_that_runs_in_a_drawing_is_active(drawing: str) -> None:
    """No honest drawing that is sent by mail needs it."""
    assert [note.kind.value for note in drawing_notes(drawing.lower().encode())] == ["active_content"]


def test_drawing_without_script_is_quiet() -> None:
    """Paths, text and styles."""
    assert list(drawing_notes(b"<svg xmlns='x'><style>a{}</style><path d='m0 0'/><text>on = off</text></svg>")) == []
