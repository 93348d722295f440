"""Reading documents: values with places, and everything that is refused, at the right code and line."""

from __future__ import annotations

import importlib
import json
import os
import random
import socket
import subprocess
import sys
import urllib.request
from decimal import Decimal
from pathlib import Path

import pytest
import referencing.exceptions
import yaml
from hypothesis import given
from hypothesis import strategies as st

from engine.diagnostics import Diagnostic, InvalidDocument, Report
from engine.document import (
    Mapping,
    Scalar,
    Sequence,
    at,
    check,
    decode_source,
    key_place_of,
    parse_document,
    parse_json_line,
    place_of,
    plain,
    read_document,
    read_json,
    read_source,
    read_yaml,
    text_span,
    text_start,
    trailing_comment,
)
from engine.source import Place, Source
from tests.hanging import no_hang

yaml_reader = importlib.import_module("engine.document.yaml_reader")

SAMPLE = """\
# A sample of the shapes that a policy has.
---
version: '1.10'
facts:
  thing.weight: {type: integer, meaning: "How heavy it is, in grams.", ask: How heavy}
  thing.lost:
    type: bool
    meaning: >-
      It went away
      and did not come back.
define:
  heavy: thing.weight > 1000   # grams
windows:
  first_period: {within: 48 hours, after: thing.seen_at}
  second_period:
    - {when: heavy, within: 15 calendar days}
    - {else: true, within: never}
from: 2025-06-10
share: 12.50
nothing:
rows:
  - id: one
    when: "thing.lost and not heavy"
    cites: [a.1, a.2]
  - id: two
    when: |
      heavy
      or thing.lost
    otherwise: none
"""


def source(text: str, name: str = "f") -> Source:
    return Source(name, text)


def problems(text: str, read: object = read_yaml) -> list[Diagnostic]:
    assert callable(read)
    with pytest.raises(InvalidDocument) as caught:
        read(source(text))
    return list(caught.value.diagnostics)


def found(text: str, read: object = read_yaml) -> list[tuple[str, int, int]]:
    return [(d.code, d.place.line, d.place.column) for d in problems(text, read) if d.place]


def shown(place: Place) -> str:
    """The text that a one-line place covers."""
    assert place.line == place.end_line
    return place.source.line(place.line)[place.column - 1 : place.end_column - 1]


@pytest.fixture(params=["C parser", "Python parser"])
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    loader = yaml.SafeLoader if request.param == "Python parser" else getattr(yaml, "CSafeLoader", None)
    if loader is None:
        pytest.skip("no C parser here")
    monkeypatch.setattr(yaml_reader, "_LOADER", loader)


PLAIN_VALUES = [
    ("0", 0),
    ("-7", -7),
    ("1000000000", 10**9),
    ("12.50", Decimal("12.50")),
    ("-0.5", Decimal("-0.5")),
    ("1.10", Decimal("1.10")),
    ("true", True),
    ("false", False),
    ("null", None),
    ("~", None),
    ("", None),
    ("2025-06-10", "2025-06-10"),
    ("2025-06-10T09:00:00-04:00", "2025-06-10T09:00:00-04:00"),
    ("2025-06-10 09:00", "2025-06-10 09:00"),
    ("2024-02-30", "2024-02-30"),
    ("48 hours", "48 hours"),
    ("5 calendar days", "5 calendar days"),
    ("1.0.0", "1.0.0"),
    ("none", "none"),
    ("None", "None"),
    ("x == 1", "x == 1"),
    ("-x", "-x"),
    ("1, 2", "1, 2"),
    ("'yes'", "yes"),
    ('"1"', "1"),
    ("''", ""),
    ("inf", "inf"),
    ("١٢", "١٢"),
    ("🙂 é", "🙂 é"),
]


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize(("text", "value"), PLAIN_VALUES)
def test_plain_value(text: str, value: object) -> None:
    result = plain(read_yaml(source(f"a: {text}\n")))
    assert result == {"a": value}
    assert type(result["a"]) is type(value)


AMBIGUOUS = [
    "yes",
    "no",
    "on",
    "off",
    "y",
    "n",
    "Yes",
    "NO",
    "On",
    "OFF",
    "Y",
    "N",
    "True",
    "TRUE",
    "False",
    "FALSE",
    "Null",
    "NULL",
    "nUll",
    "08",
    "010",
    "00",
    "-010",
    "+1",
    "0x1F",
    "0o17",
    "0b11",
    "1_000",
    "1,000",
    "1e3",
    "1.5e3",
    "1E3",
    ".5",
    "-.5",
    "5.",
    "00.5",
    "48:00",
    "48:00:00",
    "23:59",
    "08:00",
    "1:59:59",
    ".inf",
    "-.inf",
    ".Inf",
    ".nan",
    ".NaN",
    "1000000001",
    "-1000000001",
    "577123456789012345",
    "99999999999.5",
    "0.0000000001",
]


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize("word", AMBIGUOUS)
def test_word_with_more_than_one_reading(word: str) -> None:
    assert found(f"x: 1\na: {word}\n") == [("yaml/ambiguous", 2, 4)]
    assert found(f"- [{word}]\n") == [("yaml/ambiguous", 1, 4)] or "," in word
    (problem,) = problems(f"a: {word}\n")
    assert "quote it" in (problem.help or "")
    assert plain(read_yaml(source(f"a: '{word}'\n"))) == {"a": word}


def test_a_number_of_five_thousand_digits_is_refused() -> None:
    assert found("a: " + "9" * 5000 + "\n") == [("yaml/ambiguous", 1, 4)]


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize(
    "key", ["1", "1.0", "true", "on", "no", "y", "null", "~", "08", "48:00", "1e3", "", "[a]", "{a: b}"]
)
def test_key_must_be_text(key: str) -> None:
    assert [(code, line) for code, line, _ in found(f"a: 1\n? {key}\n: x\n")] == [("yaml/key-not-text", 2)]


REFUSED = [
    # text, then every problem: code, line, column
    ("a: 1\na: 2\n", [("yaml/duplicate-key", 2, 1)]),
    ("a: 1\nb:\n  c: 1\n  'c': 2\n  c: 3\n", [("yaml/duplicate-key", 4, 3), ("yaml/duplicate-key", 5, 3)]),
    ("on: x\n", [("yaml/key-not-text", 1, 1)]),
    (": x\n", [("yaml/syntax", 1, 1)]),
    ('"a\\nb": x\n', [("yaml/key-not-text", 1, 1)]),
    ("when: &a b\n", [("yaml/anchor", 1, 7)]),
    ("a: &x 1\nb: *x\n", [("yaml/anchor", 1, 4), ("yaml/anchor", 2, 4)]),
    ("&a [*a]\n", [("yaml/anchor", 1, 1), ("yaml/anchor", 1, 5)]),
    ("*a : 1\n", [("yaml/anchor", 1, 1)]),
    ("a: *\n", [("yaml/anchor", 1, 4)]),
    ("a: & b\n", [("yaml/anchor", 1, 4)]),
    ("b0: &b0 {x: 1}\nb1:\n  <<: *b0\n", [("yaml/anchor", 1, 5), ("yaml/anchor", 3, 3), ("yaml/anchor", 3, 7)]),
    ("a: !!int abc\n", [("yaml/tag", 1, 4)]),
    ('a: !!int ""\n', [("yaml/tag", 1, 4)]),
    ("a: !!bool maybe\n", [("yaml/tag", 1, 4)]),
    ("a: !!timestamp x\n", [("yaml/tag", 1, 4)]),
    ("a: !!python/object/apply:os.system ['true']\n", [("yaml/tag", 1, 4)]),
    ("a: !x\n", [("yaml/tag", 1, 4)]),
    ("a: !\n", [("yaml/tag", 1, 4)]),
    ("a: !x!y z\n", [("yaml/tag", 1, 4)]),
    ("a: !<x\n", [("yaml/tag", 1, 4)]),
    ("when: {a}\n", [("yaml/flow-comma", 1, 8)]),
    ("x: 1\n{when: f(a, b)}\n", [("yaml/syntax", 2, 1)]),
    ("{when: f(a, b)}\n", [("yaml/flow-comma", 1, 13)]),
    ("a: [f(a, b)]\n", [("yaml/flow-comma", 1, 5)]),
    ("a: {b: x in [p, q]}\n", [("yaml/syntax", 1, 13)]),
    ("when: 'x' in list\n", [("yaml/text-after-quote", 1, 11)]),
    ('a: 1\nwhen: "x" == y\n', [("yaml/text-after-quote", 2, 11)]),
    ('when: "x" == y: z\n', [("yaml/text-after-quote", 1, 11)]),
    ("- 'x' in list\n", [("yaml/text-after-quote", 1, 7)]),
    ("a: ['x' in list]\n", [("yaml/text-after-quote", 1, 9)]),
    ("a: {b: 'x' in list}\n", [("yaml/text-after-quote", 1, 12)]),
    ("a: 'it's'\n", [("yaml/text-after-quote", 1, 8)]),
    ("a: 1\n---\nb: 2\n", [("yaml/documents", 2, 1)]),
    ("a: 1\n...\n---\nb: 2\n", [("yaml/documents", 3, 1)]),
    ("%YAML 1.1\n---\na: 1\n", [("yaml/syntax", 1, 1)]),
    ("", [("yaml/empty", 1, 1)]),
    ("\n\n# only a comment\n", [("yaml/empty", 1, 1)]),
    ("---\n", [("yaml/empty", 1, 1)]),
    ("---\n...\n", [("yaml/empty", 1, 1)]),
    ("a:\n\tb: 1\n", [("yaml/control-character", 2, 1)]),
    ("a: 1 \t# x\n", [("yaml/control-character", 1, 6)]),
    ("a: 1\nb: x\x00y\n", [("yaml/control-character", 2, 5)]),
    ("a: 1 # c\u2028b: 2\n", [("yaml/control-character", 1, 9)]),
    ("a: 1 # c\u2029b: 2\n", [("yaml/control-character", 1, 9)]),
    ("a: 1 # c\u0085b: 2\n", [("yaml/control-character", 1, 9)]),
    ("a: 1 # c\rb: 2\n", [("yaml/control-character", 1, 9)]),
    ("a: \u202e1\n", [("yaml/control-character", 1, 4)]),
    ("a: x\u200by\n", [("yaml/control-character", 1, 5)]),
    ("a: \u2066x\u2069\n", [("yaml/control-character", 1, 4), ("yaml/control-character", 1, 6)]),
    ("\ufeffa: 1\n", [("yaml/control-character", 1, 1)]),
    ("a: 1\n\ufeffb: 1\n", [("yaml/control-character", 2, 1)]),
    ("a: \x1b[31m\n", [("yaml/control-character", 1, 4)]),
    ("a: x\n\ud800: 1\n", [("yaml/encoding", 2, 1)]),
    ('a: "\\e[31m"\n', [("yaml/control-character", 1, 4)]),
    ('a: 1\n"\\u2028": 1\n', [("yaml/control-character", 2, 1)]),
    ('a: "\\u202e"\n', [("yaml/control-character", 1, 4)]),
    ('a: "\\0"\n', [("yaml/control-character", 1, 4)]),
    ("[" * 33 + "]" * 33, [("yaml/too-deep", 1, 33)]),
    ("- " * 33 + "a\n", [("yaml/too-deep", 1, 65)]),
    ("? " * 40 + "a\n", [("yaml/too-deep", 1, 65)]),
    ("a: " + "x" * 8193 + "\n", [("yaml/too-large", 1, 4)]),
    ("a: " + "é" * 4097 + "\n", [("yaml/too-large", 1, 4)]),
    ("a: b: c\n", [("yaml/syntax", 1, 5)]),
    ("a: 1\n  b: 2\n", [("yaml/syntax", 2, 4)]),
    ("a:b\nc: d\n", [("yaml/syntax", 2, 2)]),
    ("a: 1\nb\n", [("yaml/syntax", 2, 1)]),
    ("a:\n  b: 1\n c: 2\n", [("yaml/syntax", 3, 2)]),
    ("a:\n  - b\n  c: 1\n", [("yaml/syntax", 3, 3)]),
    ("a: b\n- c\n", [("yaml/syntax", 2, 1)]),
    ("a: - b\n", [("yaml/syntax", 1, 4)]),
    ("a: ? b\n", [("yaml/syntax", 1, 4)]),
    ("a: ]\n", [("yaml/syntax", 1, 4)]),
    ("a: [b,,c]\n", [("yaml/syntax", 1, 7)]),
    ("a: {b: 1}}\n", [("yaml/syntax", 1, 10)]),
    ("a: [1, 2\n", [("yaml/syntax", 1, 4)]),
    ("x: z\na: {b: 1\n", [("yaml/syntax", 2, 4)]),
    ("a: {b: 1\nc: 2\n", [("yaml/syntax", 2, 2)]),
    ('x: z\na: "z\n', [("yaml/syntax", 2, 4)]),
    ("x: z\na: 'z\n---\n", [("yaml/syntax", 2, 4)]),
    ("a: @x\n", [("yaml/syntax", 1, 4)]),
    ("a: `x`\n", [("yaml/syntax", 1, 4)]),
    ("a: %x\n", [("yaml/syntax", 1, 4)]),
    ("a: | x\n  y\n", [("yaml/syntax", 1, 6)]),
    ("a: >- x\n", [("yaml/syntax", 1, 7)]),
    ("  a: 1\nb: 2\n", [("yaml/syntax", 2, 1)]),
    ("a: 1\n...\nb: 2\n", [("yaml/syntax", 3, 1)]),
    ("a: x\n   - y\n", [("yaml/ambiguous", 2, 4)]),
    ("a:\n - b\n  - c\n", [("yaml/ambiguous", 3, 3)]),
    # every kind at once, then the break of the syntax
    (
        "a: yes\na: 1\n1: x\nb: &q 08\nc: [\n",
        [
            ("yaml/ambiguous", 1, 4),
            ("yaml/duplicate-key", 2, 1),
            ("yaml/key-not-text", 3, 1),
            ("yaml/anchor", 4, 4),
            ("yaml/ambiguous", 4, 4),
            ("yaml/syntax", 5, 5),
        ],
    ),
]


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize(("text", "expected"), REFUSED, ids=lambda value: repr(value)[:40])
def test_refused(text: str, expected: list[tuple[str, int, int]]) -> None:
    assert found(text) == expected


def test_bad_escapes() -> None:
    for text in ('a: 1\nb: "\\q"\n', 'a: 1\nb: "\\xzz"\n'):
        assert [(code, line) for code, line, _ in found(text)] == [("yaml/syntax", 2)]
    assert [(code, line) for code, line, _ in found('a: 1\nb: "\\ud800"\n')] == [("yaml/control-character", 2)]


def test_messages_say_what_and_where() -> None:
    (duplicate,) = problems("a: 1\nb: 2\na: 3\n")
    assert "line 1" in duplicate.message
    assert [(text, place.line) for text, place in duplicate.related] == [("it stands here first", 1)]
    (hidden,) = problems("a: x\u200by\n")
    assert "U+200B (ZERO WIDTH SPACE)" in hidden.message
    (tab,) = problems("a:\tx\n")
    assert "a tab" in tab.message
    (quote,) = problems("when: 'x' in list\n")
    assert "closing quote" in quote.message
    assert "block style" in (quote.help or "")
    (comma,) = problems("{when: f(a, b)}\n")
    assert "comma" in comma.message
    (escape,) = problems('a: "\\e[31m"\n')
    assert "\x1b" not in str(escape)


def test_no_message_repeats_a_long_text() -> None:
    for text in ("a: " + "9" * 5000, "'" + "k" * 5000 + "': 1\n'" + "k" * 5000 + "': 2\n", "x" * 3000 + ": 1\n:"):
        for problem in problems(text):
            assert len(str(problem)) < 600


def test_too_many_problems_end_the_reading() -> None:
    assert len(problems("".join(f"k{number}: yes\n" for number in range(5000)))) == 100
    assert len(problems("\u200b" * 5000)) == 100


def test_limits_of_size() -> None:
    assert found("# " + "x" * (1024 * 1024) + "\na: 1\n") == [("yaml/too-large", 1, 1)]
    assert found("[" + "a," * 20_001 + "]")[0][0] == "yaml/too-large"
    assert isinstance(read_yaml(source("[" + "a," * 19_999 + "]")), Sequence)
    assert plain(read_yaml(source("a: " + "x" * 8192))) == {"a": "x" * 8192}
    deep = "[" * 32 + "]" * 32
    assert isinstance(read_yaml(source(deep)), Sequence)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 30_000,
        "[" * 1_000_000,
        "{a: " * 100_000,
        "- " * 100_000,
        "? " * 100_000,
        "a: &a [x, x]\n" + "".join(f"b{n}: &b{n} [{'*a, ' * 9}]\n" for n in range(200)),
        "b0: &b0 {x: 1}\n" + "".join(f"b{n + 1}: &b{n + 1} {{<<: [{f'*b{n}, ' * 9}]}}\n" for n in range(10)),
        "x" * 1_000_000,
        "\n".join(f"k{n}: 1" for n in range(90_000)),
        "'" * 1_000_000,
        "a: '" + "x\n" * 300_000,
        "".join(f"%TAG !a{n}! x\n" for n in range(60_000)),
        "a: " + "1:" * 100_000 + "1",
        "a: " + "1_" * 4000,
        "#" * 1_000_000,
        "[a" * 100_000,
        "!" * 100_000,
        "a: " + "\\" * 100_000,
        '"' + "\\x41" * 200_000 + '"',
        "? a\n" * 10_000,
        "- x\n" * 60_000,
        "a:\n" + " " * 500_000 + "b: 1\n",
    ],
    ids=lambda text: repr(text[:20]),
)
def test_hostile_document_ends_soon(text: str) -> None:
    with no_hang(), pytest.raises(InvalidDocument):
        read_yaml(source(text))
        raise InvalidDocument([])  # some of them are only large


def test_a_large_policy_is_read() -> None:
    body = SAMPLE.replace("---\n", "").replace("\n", "\n  ").rstrip() + "\n"
    count = 8000 // (body.count("\n") + 1)
    text = "".join(f"part{number}:\n  {body}" for number in range(count))
    assert text.count("\n") > 7500
    with no_hang():
        node = read_yaml(source(text))
    assert isinstance(node, Mapping)
    assert len(node.entries) == count


def test_sample_as_data() -> None:
    data = plain(read_yaml(source(SAMPLE)))
    assert isinstance(data, dict)
    assert data["version"] == "1.10"
    assert data["from"] == "2025-06-10"
    assert data["share"] == Decimal("12.50")
    assert data["nothing"] is None
    assert data["define"] == {"heavy": "thing.weight > 1000"}
    assert data["windows"]["second_period"][1] == {"else": True, "within": "never"}
    assert data["rows"][1] == {"id": "two", "when": "heavy\nor thing.lost\n", "otherwise": "none"}
    assert data["facts"]["thing.lost"]["meaning"] == "It went away and did not come back."


def test_windows_line_ends() -> None:
    node = read_yaml(source("a: 1\r\nb: |\r\n  x\r\n  y\r\nc: 'z'\r\n"))
    assert plain(node) == {"a": 1, "b": "x\ny\n", "c": "z"}
    assert shown(place_of(node, ["c"])) == "'z'"


@pytest.mark.usefixtures("parser")
def test_places() -> None:
    node = read_yaml(source(SAMPLE))
    assert shown(place_of(node, ["version"])) == "'1.10'"
    assert shown(key_place_of(node, ["version"])) == "version"
    assert shown(place_of(node, ["facts", "thing.weight", "ask"])) == "How heavy"
    assert shown(place_of(node, ["rows", 0, "cites"])) == "[a.1, a.2]"
    assert shown(place_of(node, ["rows", 0, "cites", 1])) == "a.2"
    assert shown(key_place_of(node, ["rows", 0, "cites", 1])) == "a.2"
    assert str(place_of(node, ["nothing"])) == "f:20:9"
    rows = place_of(node, ["rows"])
    assert (rows.line, rows.column, rows.end_line, rows.end_column) == (22, 3, 29, 20)
    block = place_of(node, ["rows", 1, "when"])
    assert (block.line, block.column, block.end_line, block.end_column) == (26, 11, 28, 20)
    assert at(node, ["rows", 7, "x"]) is at(node, ["rows"])
    assert at(node, ["version", "x"]) is at(node, ["version"])
    assert key_place_of(node, ["facts", "other", "x"]) == place_of(node, ["facts"])
    version, share = at(node, ["version"]), at(node, ["share"])
    assert isinstance(version, Scalar) and version.quoted and version.style == "'"
    assert isinstance(share, Scalar) and not share.quoted and share.style == ""


SPANS = """\
a: x == 'it' and y
b: 'it''s x' # c
c: >-
  one ==
  two

  three
d: |

  first
    second
e: "quo\\"t x"
f: plain
  more words
h: |  # head
  zz # inside
i: {p: q r, s: 'u v'} # t
g:   # empty
"""


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize(
    ("key", "word", "line", "text"),
    [
        ("a", "'it'", 1, "'it'"),
        ("b", "x", 2, "x"),
        ("b", "it's", 2, "it''s"),
        ("c", "one", 4, "one"),
        ("c", "two", 5, "two"),
        ("c", "three", 7, "three"),
        ("d", "first", 10, "first"),
        ("d", "second", 11, "second"),
        ("e", "x", 12, '"quo\\"t x"'),
        ("f", "plain", 13, "plain"),
        ("f", "words", 14, "words"),
        ("h", "zz", 16, "zz"),
    ],
)
def test_text_span(key: str, word: str, line: int, text: str) -> None:
    scalar = at(read_yaml(source(SPANS)), [key])
    assert isinstance(scalar, Scalar) and isinstance(scalar.value, str)
    begin = scalar.value.index(word)
    place = text_span(scalar, begin, begin + len(word))
    assert (place.line, shown(place)) == (line, text)


def test_text_span_over_lines_and_outside() -> None:
    scalar = at(read_yaml(source(SPANS)), ["c"])
    assert isinstance(scalar, Scalar) and isinstance(scalar.value, str)
    whole = text_span(scalar, 0, len(scalar.value))
    assert (whole.line, whole.column, whole.end_line, whole.end_column) == (4, 3, 7, 8)
    assert text_span(scalar, 0, 1000) == scalar.place
    end = text_span(scalar, len(scalar.value), len(scalar.value))
    assert (end.line, end.column) == (7, 8)


@given(st.text(st.sampled_from(" ab'\"\n"), min_size=1, max_size=30), st.sampled_from(["'", '"', "|", ">", ""]))
def test_text_span_covers_its_words(text: str, style: str) -> None:
    dumped = yaml.safe_dump({"k": text}, default_style=style or None, width=10)
    try:
        scalar = at(read_yaml(source(dumped)), ["k"])
    except InvalidDocument:
        return
    assert isinstance(scalar, Scalar)
    if not isinstance(scalar.value, str):
        return
    for index, character in enumerate(scalar.value):
        place = text_span(scalar, index, index + 1)
        if not character.isspace() and place != scalar.place:
            assert shown(place) == character


def test_text_start() -> None:
    node = read_yaml(source(SPANS))
    starts = {key: text_start(value) for key in "abcd" if isinstance(value := at(node, [key]), Scalar)}
    assert {key: (place.line, place.column) for key, place in starts.items()} == {
        "a": (1, 4),
        "b": (2, 5),
        "c": (4, 3),
        "d": (10, 3),
    }
    assert shown(starts["a"].shifted(5, 9)) == "'it'"


@pytest.mark.usefixtures("parser")
def test_trailing_comment() -> None:
    text = source(SPANS + "j: a == 1 # and b == 2\nk: x#y\nl: plain\n  on two # c\n")
    node = read_yaml(text)
    comments = {}
    for key in "abcdefghjkl":
        scalar = at(node, [key])
        assert isinstance(scalar, Scalar)
        if comment := trailing_comment(text, scalar):
            comments[key] = shown(comment)
    assert comments == {"b": "# c", "g": "# empty", "j": "# and b == 2", "l": "# c"}


def damaged(rng: random.Random, text: str) -> bytes:
    data = bytearray(text.encode())
    for _ in range(rng.randint(1, 4)):
        kind = rng.randrange(5)
        position = rng.randrange(len(data))
        if kind == 0:
            data[position] = rng.randrange(256)
        elif kind == 1:
            data[position] ^= 1 << rng.randrange(8)
        elif kind == 2:
            del data[position : position + rng.randint(1, 20)]
        elif kind == 3:
            lines = bytes(data).split(b"\n")
            lines.insert(rng.randrange(len(lines)), rng.choice(lines))
            data = bytearray(b"\n".join(lines))
        else:
            data[position:position] = rng.choice(
                [b"[", b"{", b"'", b'"', b"&a ", b"*a", b"\t", b": ", b"- ", b"#", b"%", b"!"]
            )
        data = data or bytearray(b"\n")
    return bytes(data)


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize("start", range(0, 800, 100))
def test_damaged_document_is_read_or_refused(start: int) -> None:
    texts = [SAMPLE, json.dumps(plain(read_yaml(source(SAMPLE))), default=str, indent=1)]
    for seed in range(start, start + 100):
        rng = random.Random(seed)
        json_text = rng.random() < 0.25
        data = damaged(rng, texts[json_text])
        try:
            with no_hang():
                text = decode_source("f", data)
                node = parse_document(text, json=json_text)
                assert isinstance(node, Scalar | Sequence | Mapping)
                for key in node.entries if isinstance(node, Mapping) else ():
                    value = at(node, [key])
                    if isinstance(value, Scalar) and isinstance(value.value, str):
                        text_span(value, 0, len(value.value))
                        trailing_comment(text, value)
        except InvalidDocument as error:
            assert error.diagnostics
            for problem in error.diagnostics:
                assert problem.place is not None
                lines = problem.place.source.text.split("\n")
                assert 1 <= problem.place.line <= len(lines)
                assert 1 <= problem.place.column <= len(lines[problem.place.line - 1]) + 1


# ---- JSON

JSON_REFUSED = [
    ('{"a": 1,\n "a": 2}', [("json/duplicate-key", 2, 2)]),
    ("[NaN]", [("json/number", 1, 2)]),
    ("[Infinity,\n -Infinity]", [("json/number", 1, 2), ("json/number", 2, 2)]),
    ("[1e999]", [("json/number", 1, 2)]),
    ("[0e99999999999]", [("json/number", 1, 2)]),
    ("[1e-10]", [("json/number", 1, 2)]),
    ("[1000000001]", [("json/number", 1, 2)]),
    ("[" + "9" * 5000 + "]", [("json/number", 1, 2)]),
    ("[1e999,\n1e999, 1 2]", [("json/number", 1, 2), ("json/number", 2, 1), ("json/syntax", 2, 10)]),
    ("", [("json/syntax", 1, 1)]),
    ("  \n ", [("json/syntax", 2, 2)]),
    ("[1,]", [("json/syntax", 1, 4)]),
    ('{"a": 1,}', [("json/syntax", 1, 9)]),
    ("{a: 1}", [("json/syntax", 1, 2)]),
    ("{'a': 1}", [("json/syntax", 1, 2)]),
    ('{"a" 1}', [("json/syntax", 1, 6)]),
    ("{", [("json/syntax", 1, 2)]),
    ("[", [("json/syntax", 1, 2)]),
    ("[010]", [("json/syntax", 1, 2)]),
    ("[+1]", [("json/syntax", 1, 2)]),
    ("[.5]", [("json/syntax", 1, 2)]),
    ("[1.]", [("json/syntax", 1, 2)]),
    ("[0x1]", [("json/syntax", 1, 2)]),
    ("[True]", [("json/syntax", 1, 2)]),
    ("[١]", [("json/syntax", 1, 2)]),
    ("[1] // c", [("json/syntax", 1, 5)]),
    ("{} {}", [("json/syntax", 1, 4)]),
    ("\ufeff{}", [("json/syntax", 1, 1)]),
    ('["a\n"]', [("json/text", 1, 4)]),
    ('["a\tb"]', [("json/text", 1, 4)]),
    ('["abc', [("json/syntax", 1, 2)]),
    ('["\\q"]', [("json/syntax", 1, 3)]),
    ('["\\ud800"]', [("json/text", 1, 2)]),
    ('["\ud800"]', [("json/text", 1, 2)]),
    ('["\\u0000"]', [("json/text", 1, 2)]),
    ('["\\u001b[31m"]', [("json/text", 1, 2)]),
    ('["\\u202e", "\u2028"]', [("json/text", 1, 2), ("json/text", 1, 12)]),
    ('{"\\u200b": 1}', [("json/text", 1, 2)]),
    ('{"a\\nb": 1}', [("json/text", 1, 2)]),
    ("[" * 33 + "]" * 33, [("json/too-deep", 1, 33)]),
    ('{"a":' * 33 + "1" + "}" * 33, [("json/too-deep", 1, 161)]),
    ("[" * 100_000, [("json/too-deep", 1, 33)]),
    ('["' + "x" * 8193 + '"]', [("json/too-large", 1, 2)]),
    (" " * 1024 * 1024 + "[]", [("json/too-large", 1, 1)]),
    ("[" + "1," * 20_000 + "1]", [("json/too-large", 1, 40_000)]),
]


@pytest.mark.parametrize(("text", "expected"), JSON_REFUSED, ids=lambda value: repr(value)[:40])
def test_json_refused(text: str, expected: list[tuple[str, int, int]]) -> None:
    with no_hang():
        assert found(text, read_json) == expected
        assert found(text, lambda text: parse_json_line(text.text, "f")) == expected


def test_json_values() -> None:
    text = '{"a": [1, -0, 1.50, 1e2, -1.5E-3, true, false, null], "b": "x\\n\\u00e9 \\ud83d\\ude00", "c": {}, "d": []}'
    expected = {
        "a": [1, 0, Decimal("1.50"), Decimal(100), Decimal("-0.0015"), True, False, None],
        "b": "x\né 😀",
        "c": {},
        "d": [],
    }
    assert plain(read_json(source(text))) == expected
    assert parse_json_line(text) == expected


def test_json_places() -> None:
    node = read_json(source('{"a": {\n  "b": [1, "two"]}}\n'))
    assert shown(place_of(node, ["a", "b", 1])) == '"two"'
    assert shown(key_place_of(node, ["a", "b"])) == '"b"'
    two = at(node, ["a", "b", 1])
    assert isinstance(two, Scalar) and two.quoted
    assert shown(text_start(two)) == "two"


json_texts = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=20,
)


@given(json_texts, st.booleans(), st.randoms(use_true_random=False))
def test_both_json_readers_agree(value: object, ascii_only: bool, rng: random.Random) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only)
    if rng.random() < 0.5 and text:
        position = rng.randrange(len(text))
        text = text[:position] + rng.choice('"[]{},:0e.- \\\n') + text[position + rng.randrange(2) :]

    def outcome(read: object) -> object:
        assert callable(read)
        try:
            return read()
        except InvalidDocument as error:
            return [d.code for d in error.diagnostics]

    slow = outcome(lambda: plain(read_json(source(text))))
    assert outcome(lambda: parse_json_line(text)) == slow
    if isinstance(slow, list) and slow and str(slow[0]).startswith("json/"):
        return
    assert json.loads(text, parse_float=Decimal) == slow


# ---- files


def refusal(path: Path, limit: int = 1024 * 1024) -> Diagnostic:
    with pytest.raises(InvalidDocument) as caught:
        read_source(path, limit)
    (problem,) = caught.value.diagnostics
    assert problem.place is not None and problem.place.source.name == str(path)
    return problem


def test_file_that_cannot_be_read(tmp_path: Path) -> None:
    assert refusal(tmp_path / "nothing.yaml").code == "file/missing"
    assert refusal(tmp_path).code == "file/not-regular"
    file = tmp_path / "a.yaml"
    file.write_text("a: 1\n")
    assert refusal(file / "b").code == "file/missing"
    assert refusal(file, limit=4).code == "file/too-large"
    assert refusal(tmp_path / ("x" * 5000)).code == "file/unreadable"
    assert refusal(Path("a\0b")).code == "file/unreadable"
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    assert refusal(loop).code == "file/unreadable"


def test_special_files_are_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert refusal(tmp_path / "pipe").code == "file/not-regular"
    assert refusal(Path("/dev/zero")).code == "file/not-regular"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "s"))
        assert refusal(tmp_path / "s").code == "file/unreadable"


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is unreadable for root")
def test_file_without_permission(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("a: 1\n")
    file.chmod(0)
    assert refusal(file).code == "file/unreadable"


def test_errors_of_the_system_become_diagnostics(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("a: 1\n")

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    for name in ("open", "fstat"):
        with monkeypatch.context() as patch:
            patch.setattr(os, name, refuse)
            problem = refusal(file)
        assert problem.code == "file/unreadable"
        assert "permission denied" in problem.message


def test_open_files_are_closed(tmp_path: Path) -> None:
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(20):
        refusal(tmp_path)
    assert len(os.listdir("/proc/self/fd")) == before


@pytest.mark.parametrize(
    ("data", "line", "column"),
    [
        (b"a: 1\nb: \xff\n", 2, 4),
        ("a: é\n# é".encode() + b"\xc3\n", 2, 4),
        (b"a: \xed\xa0\x80\n", 1, 4),
        (b"a: \xc0\x80\n", 1, 4),
        ("a: 1\n".encode("utf-16"), 1, 1),
        ("a: 1\n".encode("utf-16-be"), None, None),
    ],
)
def test_encoding(tmp_path: Path, data: bytes, line: int | None, column: int | None) -> None:
    file = tmp_path / "a.yaml"
    file.write_bytes(data)
    if line is None:
        with pytest.raises(InvalidDocument):
            read_document(file)
        return
    problem = refusal(file)
    assert problem.code == "file/encoding"
    assert problem.place is not None and (problem.place.line, problem.place.column) == (line, column)


def test_documents_by_ending(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"\xef\xbb\xbfa: 1\n")
    (tmp_path / "a.JSON").write_bytes(b'\xef\xbb\xbf{"a": 1}')
    (tmp_path / "b.json").write_text("a: 1\n")
    assert plain(read_document(tmp_path / "a.yaml")) == {"a": 1}
    assert plain(read_document(tmp_path / "a.JSON")) == {"a": 1}
    with pytest.raises(InvalidDocument, match="json/syntax"):
        read_document(tmp_path / "b.json")


def test_text_of_unknown_kind() -> None:
    assert plain(parse_document(source('\n {"a": [1e2]}'))) == {"a": [Decimal(100)]}
    assert plain(parse_document(source("{a: [b]}"))) == {"a": ["b"]}
    assert plain(parse_document(source("a: 1"))) == {"a": 1}
    with pytest.raises(InvalidDocument, match="json/duplicate-key"):
        parse_document(source('{"a": 1, "a": 2}'))
    with pytest.raises(InvalidDocument, match="yaml/"):
        parse_document(source("{a: 1"))


# ---- schemas

SCHEMA: dict[str, object] = {
    "title": "Thing",
    "type": "object",
    "additionalProperties": False,
    "required": ["name", "parts"],
    "properties": {
        "name": {"type": "string", "description": "What it is called.", "pattern": "^[a-z]+$", "maxLength": 10},
        "parts": {"type": "array", "minItems": 1, "maxItems": 20, "items": {"$ref": "#/$defs/part"}},
        "num": {"type": "integer", "minimum": 1, "maximum": 5},
        "price": {"type": "number", "exclusiveMinimum": 0},
        "color": {"enum": ["red", "green", True]},
        "mode": {"const": "fast"},
        "small": {"type": "string", "minLength": 1},
        "words": {
            "type": "object",
            "minProperties": 1,
            "propertyNames": {"pattern": "^[a-z]+$", "description": "a small word"},
            "additionalProperties": {"type": "string"},
        },
        "other": {"$ref": "urn:other"},
        "set": {"type": "array", "uniqueItems": True},
        "flag": {"type": ["boolean", "null"]},
        "either": {"anyOf": [{"type": "string"}, {"type": "array"}], "description": "a text or texts"},
        "items": {"type": "array", "items": False},
        "pair": {"type": "object", "dependentRequired": {"a": ["b"]}, "patternProperties": {"^[ab]$": {}}},
    },
    "$defs": {
        "part": {
            "title": "Part",
            "type": "object",
            "additionalProperties": False,
            "required": ["kind"],
            "properties": {
                "kind": {"type": "string", "enum": ["box", "bag"], "description": "Which kind."},
                "weight": {"type": ["string", "array"], "description": "How heavy."},
                "when": {"type": "string"},
                "size": {"type": "number"},
            },
            "if": {"required": ["kind"], "properties": {"kind": {"const": "bag"}}},
            "then": {"description": "A bag has no size.", "required": ["weight"], "properties": {"size": False}},
            "not": {"required": ["when", "weight"], "description": "Only one of them."},
        }
    },
}
OTHER: dict[str, object] = {"type": "object", "properties": {"zed": {"type": "null"}}, "additionalProperties": False}
FINE = "name: a\nparts: [{kind: box}]\n"


def faults(text: str, schema: dict[str, object] = SCHEMA) -> list[Diagnostic]:
    report = Report()
    check(read_yaml(source(text)), schema, report, registry={"urn:other": OTHER})
    return report.found


SCHEMA_FAULTS = [
    # what follows the fine part, then the code, line, column, and parts of the message
    ("nam: x", "schema/unknown-key", 3, 1, ["`nam`", "here can stand `name`, `parts`", "did you mean `name`?"]),
    ("weight: x", "schema/unknown-key", 3, 1, ["`weight` is read under"]),
    ("other: {zed: , when: 1}", "schema/unknown-key", 3, 16, ["here can stand `zed`", "is read under"]),
    ("pair: {a: 1}", "schema/missing-key", 3, 1, ["`b`", "because `a` is there"]),
    ("num: x", "schema/type", 3, 6, ["expected a whole number, but this is a text"]),
    ("num: 1.0", "schema/type", 3, 6, ["a whole number", "a number with a fraction"]),
    ("num: true", "schema/type", 3, 6, ["a whole number", "true or false"]),
    ("small: 5", "schema/type", 3, 8, ["expected a text", "quote it"]),
    ("small:", "schema/type", 3, 7, ["but this is nothing"]),
    ("flag: x", "schema/type", 3, 7, ["expected true or false or nothing"]),
    ("words: [a]", "schema/type", 3, 8, ["expected a mapping, but this is a list"]),
    ("color: grean", "schema/value", 3, 8, ["`red`, `green`, `true`", "did you mean `green`?"]),
    ("mode: slow", "schema/value", 3, 7, ["expected `fast`"]),
    ("set: [a, b, a]", "schema/value", 3, 13, ["`a` stands in the list for the second time"]),
    ("num: 9", "schema/range", 3, 6, ["`9`", "at most 5"]),
    ("num: 0", "schema/range", 3, 6, ["at least 1"]),
    ("price: 0.00", "schema/range", 3, 8, ["more than 0"]),
    ("small: ''", "schema/empty", 3, 8, ["must not be empty"]),
    ("words: {}", "schema/empty", 3, 8, ["must not be empty"]),
    ("words: {Aa: x}", "schema/key", 3, 9, ["`Aa` cannot be a key here: a small word"]),
    ("words: {aa: 1}", "schema/type", 3, 13, ["expected a text"]),
    ("either: 1", "schema/value", 3, 9, ["a text or texts"]),
    ("small: x\nwords: {aa: x, b1: x}", "schema/key", 4, 16, ["`b1`"]),
    ("set: [1, 1.0]", "schema/value", 3, 6, ["two values of the list are equal"]),
    ("items: [1]", "schema/not-here", 3, 8, ["this cannot stand here"]),
]


@pytest.mark.parametrize(("more", "code", "line", "column", "parts"), SCHEMA_FAULTS, ids=lambda value: str(value)[:30])
def test_schema_fault(more: str, code: str, line: int, column: int, parts: list[str]) -> None:
    (fault,) = faults(FINE + more + "\n")
    assert fault.place is not None
    assert (fault.code, fault.place.line, fault.place.column) == (code, line, column)
    for part in parts:
        assert part in f"{fault.message} {fault.help}"


def test_schema_faults_in_parts() -> None:
    text = """\
name: ABCDEFGHIJKL
parts:
  - kind: bog
    weigth: x
  - kind: bag
    size: 3
  - {when: a, weight: b}
  - hello
"""
    assert [(d.code, d.place.line if d.place else 0) for d in faults(text)] == [
        ("schema/pattern", 1),
        ("schema/too-long", 1),
        ("schema/value", 3),
        ("schema/unknown-key", 4),
        ("schema/missing-key", 5),
        ("schema/not-here", 6),
        ("schema/missing-key", 7),
        ("schema/not-here", 7),
        ("schema/type", 8),
    ]
    messages = [d.message for d in faults(text)]
    assert messages[4] == "the key `weight` is missing: How heavy. A bag has no size."
    assert messages[5] == "the key `size` cannot stand here: A bag has no size."
    assert messages[7] == "the keys `when`, `weight` together cannot stand here: Only one of them."


def test_missing_keys_of_the_document() -> None:
    first, second = faults("num: 1\n")
    assert (first.code, first.message) == ("schema/missing-key", "the key `name` is missing: What it is called.")
    assert second.message == "the key `parts` is missing"
    (empty,) = faults("name: a\nparts: []\n")
    assert empty.code == "schema/empty"
    (wrong,) = faults("- 1\n")
    assert wrong.code == "schema/type"


def test_fine_document_has_no_faults() -> None:
    more = "num: 5\nprice: 12.50\ncolor: true\nmode: fast\nwords: {a: b}\nother: {zed: }\nset: [a, b]\n"
    assert faults(FINE + more + "flag:\neither: [x]\n") == []


def test_schema_fault_never_dumps_the_document() -> None:
    for more in ("color: " + "x" * 8000, "num: [" + "1, " * 5000 + "]", "?" + " k" * 3000 + "\n: 1"):
        for fault in faults(FINE + more + "\n"):
            assert len(str(fault)) < 1000


def test_a_pattern_does_not_overlook_a_line_feed_at_the_end() -> None:
    (fault,) = faults('name: "a\\n"\nparts: [{kind: box}]\n')
    assert fault.code == "schema/pattern"


def test_many_faults_end_soon() -> None:
    for more in (
        "".join(f"k{number}: 1\n" for number in range(9000)),
        "set: [" + "a, " * 19_000 + "]\n",
        "words: {" + ", ".join(f"K{number}: 1" for number in range(9000)) + "}\n",
    ):
        with no_hang():
            assert len(faults(FINE + more)) == 100


def test_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    monkeypatch.setattr(urllib.request, "urlopen", lambda *args, **_: asked.append(args))
    with pytest.raises(referencing.exceptions.Unresolvable):
        faults(FINE, {"$ref": "http://127.0.0.1:9/schema.json"})
    assert asked == []


def test_start_does_not_import_the_validator() -> None:
    code = "import sys, engine.document; sys.exit('jsonschema' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
