"""YAML to plain data with places."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.adapters.yamltree import MAX_DEPTH, tree
from gateway.policy.source import Plain, PolicyErrors


def value(text: str) -> Plain:
    return tree(text.encode(), "x.yaml", "x").value


def problems(raw: str | bytes) -> list[str]:
    with pytest.raises(PolicyErrors) as caught:
        tree(raw.encode() if isinstance(raw, str) else raw, "x.yaml", "x")
    return [str(one) for one in caught.value.problems]


SCALARS: dict[str, Plain] = {
    "NO": "NO",
    "on": "on",
    "y": "y",
    "022": 22,
    "0x1F": "0x1F",
    "1:30": "1:30",
    "1_000": "1_000",
    "2027-03-31": "2027-03-31",
    "20MiB": "20MiB",
    "-7": -7,
    "1.5": 1.5,
    "1e3": 1000.0,
    "1e999": "1e999",
    ".inf": ".inf",
    "true": True,
    "False": False,
    "~": None,
    "null": None,
    '"true"': "true",
    "'5'": "5",
    '""': "",
    "9" * 5000: "9" * 5000,
    "=": "=",
    "<<": "<<",
}


@pytest.mark.parametrize(("text", "expected"), SCALARS.items(), ids=[key[:20] for key in SCALARS])
def test_scalar_means_what_yaml_1_2_says(text: str, expected: Plain) -> None:
    """Countries are no booleans, clocks and dates no numbers; what is quoted is a text."""
    actual = value(f"- {text}")

    assert [expected] == actual
    assert isinstance(actual, list)
    assert type(expected) is type(actual[0])


def test_every_value_and_key_has_its_place() -> None:
    """Counted from 1, also behind letters of several bytes and a byte order mark."""
    made = tree("\ufeffü: [ä, {b: c}]\nd:\n  - e\n".encode(), "x.yaml", "x")

    assert made.value == {"ü": ["ä", {"b": "c"}], "d": ["e"]}
    assert made.values[("ü", 1, "b")] == (1, 12)
    assert made.values[("d", 0)] == (3, 5)
    assert made.keys == {("ü",): (1, 1), ("ü", 1, "b"): (1, 9), ("d",): (2, 1)}


def test_empty_file_is_nothing() -> None:
    """What that means is for the shape to say."""
    assert value("") is value("# nothing\n") is None


REFUSED = {
    "key twice": ("a: 1\nb: 2\na: 3\n", 'x.yaml:3:1: the key "a" stands twice; first in line 1'),
    "anchor": ("a: &x 1\n", "x.yaml:1:4: anchors (&x) are not allowed"),
    "alias": ("a: *x\n", "x.yaml:1:4: aliases (*x) are not allowed; write the value out"),
    "tag": (
        "a: !!python/name:os.system 1\n",
        "x.yaml:1:4: tags (tag:yaml.org,2002:python/name:os.system) are not allowed",
    ),
    "two documents": ("a: 1\n---\nb: 1\n", "x.yaml:2:1: a policy file holds one document; remove the line with ---"),
    "list as key": ("? [a]\n: b\n", "x.yaml:1:3: a key must be a text"),
    "tab": ("a:\n\tb: 1\n", "x.yaml:2:1: a tab cannot indent YAML; use spaces"),
    "depth": ("[" * 100, f"x.yaml:1:{MAX_DEPTH + 1}: nested deeper than {MAX_DEPTH}"),
    "no YAML": (
        "a: [b\nc: d\n",
        "x.yaml:2:2: not YAML: while parsing a flow sequence, did not find expected ',' or ']'",
    ),
    "control": ("ü: 1\nü: \x07\n", "x.yaml:2:4: U+0007 may not stand in YAML"),
    "latin-1": ("a: 1\nb: \xfc\n".encode("latin-1"), "x.yaml:2:4: byte 0xfc is not UTF-8"),
}


@pytest.mark.parametrize(("raw", "expected"), REFUSED.values(), ids=REFUSED)
def test_what_could_be_misread_is_refused(raw: str | bytes, expected: str) -> None:
    """With its place."""
    assert [expected] == problems(raw)


def test_several_mistakes_come_together() -> None:
    """As far as the file can be followed."""
    assert [one.partition(" ")[0] for one in problems("a: &x 1\na: !t 2\nb: *x\n")] == [
        "x.yaml:1:4:",
        "x.yaml:2:1:",
        "x.yaml:2:4:",
        "x.yaml:3:4:",
    ]


@given(
    st.binary(max_size=200)
    | st.text(alphabet="ab:-[]{}&*!|>#'\"\\,? \t\n\ufeff\u2028\x00", max_size=80).map(str.encode)
)
def test_any_bytes_are_data_or_problems_with_places(raw: bytes) -> None:
    """Nothing else is raised."""
    try:
        made = tree(raw, "x.yaml", "x")
    except PolicyErrors as error:
        places = [(one.line, one.column) for one in error.problems]
    else:
        places = [*made.values.values(), *made.keys.values()]

    assert all(line >= 1 and column >= 1 for line, column in places)
