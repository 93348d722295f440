"""`fmt`: one layout, the same data, every comment in its order; and what is formatted already stays as it is."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import InvalidDocument
from engine.cli.app import app
from engine.document import plain, read_yaml
from engine.document.comments import comments
from engine.document.formatted import formatted
from engine.source import Source
from tests.museum_pieces import pieces

ROOT = Path(__file__).resolve().parent.parent
SHIPPED = sorted((ROOT / "policies").rglob("*.yaml"))


def fmt(text: str) -> str:
    return formatted(Source("document.yaml", text))


# ------------------------------------------------------------------------------------------------------------- layouts

LONG, WORD = "x" * 70, "word " * 30
LAYOUTS = {
    "spaces and indentation": (
        "a:   1\nb:\n    c:  x\n    d:\n    - 1\n    -   2\n",
        "a: 1\nb:\n  c: x\n  d:\n    - 1\n    - 2\n",
    ),
    "quotes where they are needed": (
        "a: 'word'\nb: \"two words\"\nc: 'yes'\nd: '1.0'\ne: '2024-01-01'\nf: 'k: v'\ng: 'say \"no\"'\n'h': 'it''s'\n",
        'a: word\nb: two words\nc: "yes"\nd: "1.0"\ne: "2024-01-01"\nf: "k: v"\ng: \'say "no"\'\nh: "it\'s"\n',
    ),
    "empty lines": ("\n\na: 1\n\n\n\nb: 2\n   \nc: 3\n\n\n", "a: 1\n\nb: 2\n\nc: 3\n"),
    "braces that fit": ("a: { b: 1 , c: [ v,w ] }\nd: {}\ne: [ ]\n", "a: {b: 1, c: [v, w]}\nd: {}\ne: []\n"),
    "braces over several lines": ("a: {\n  b: 1,\n  c: 2\n}\n", "a: {b: 1, c: 2}\n"),
    "braces with comments": (
        "a: {\n  b: 1,  # one\n  # two\n  c: [v, w]\n}\nd: [1, # first\n  2]\n",
        "a:\n  b: 1  # one\n  # two\n  c: [v, w]\nd:\n  - 1  # first\n  - 2\n",
    ),
    "braces that are too long": (f"- {{id: {LONG}, when: {LONG}}}\n", f"- id: {LONG}\n  when: {LONG}\n"),
    "texts that are too long": (
        f"a:\n  b: {WORD}end\n",
        f"a:\n  b: >-\n    {('word ' * 23).strip()}\n    {'word ' * 7}end\n",
    ),
    "texts over several lines": ("a: one\n  two\n  three\nb: 'one\n  two'\n", "a: one two three\nb: one two\n"),
    "block texts": (
        "a: |\n      x\n        v\n\n      z\nb: >-\n  one\n  two\nc: |2-\n     in\n    less\n",
        "a: |\n  x\n    v\n\n  z\nb: >-\n  one\n  two\nc: |2-\n     in\n    less\n",
    ),
    "comments keep their level": (
        "a:\n    b: 1\n    # of b\n# of c\nc: 1\n# the end\n",
        "a:\n  b: 1\n  # of b\n# of c\nc: 1\n# the end\n",
    ),
    "comments beside, in a column": (
        "a: 1 # one\nb: # of b\n    - v      # aligned\n    - ww     # aligned\nc: 1 # x\nddd: 1 # z\n",
        "a: 1  # one\nb:  # of b\n  - v        # aligned\n  - ww       # aligned\nc: 1  # x\nddd: 1  # z\n",
    ),
    "lists in lists": ("- - 1\n  - 2\n-   - a: 1\n      b: 2\n", "- - 1\n  - 2\n- - a: 1\n    b: 2\n"),
    "numbers and words as written": (
        "a: 12.50\nb: ~\nc:\nd: true\ne: 0.10\n",
        "a: 12.50\nb: ~\nc:\nd: true\ne: 0.10\n",
    ),
    "a document in braces": ("{a: 1, b: {c: 2}}\n", "a: 1\nb: {c: 2}\n"),
    "a mark at the start": ("---\na: 1\n...\n", "a: 1\n"),
    "a value alone": ("  'word'  # why\n", "word  # why\n"),
    "comments above a list": (
        "a:\n# one\n- 1\n\n# two\n- b: 1\n\n  c: 2\n",
        "a:\n  # one\n  - 1\n\n  # two\n  - b: 1\n\n    c: 2\n",
    ),
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_layout(name: str) -> None:
    text, expected = LAYOUTS[name]
    assert fmt(text) == expected
    assert fmt(expected) == expected


def test_line_ends_stay_of_their_kind() -> None:
    assert fmt("a:   1\r\nb: [ ]  # x\r\n") == "a: 1\r\nb: []  # x\r\n"


def test_what_cannot_be_read_is_refused_with_its_own_mistake() -> None:
    with pytest.raises(InvalidDocument, match="yaml/flow-comma"):
        fmt("a: {when: latest(x, y)}\n")


# -------------------------------------------------------------------------------------------------------- any document

WORDS = ["x", "a word", "it's", 'say "no"', "yes", "1.0", "2024-01-01", "x: y", "a #b", "- x", "", " lead", "é", "a, b"]
WORDS += [
    "word " * 30 + "end",
    "[x",
    "{",
    "#",
    "two\nlines",
    "  deep\nless\n",
    "tail\n\n",
    "=x",
    "null",
    "~",
    "a: ",
    "0x1",
]


class _Writer:
    """Writes data as YAML in a layout that chance makes: styles, indentation, comments and empty lines anywhere."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.number = 0

    def document(self, data: Any) -> str:
        return "\n".join([*self._gap(0), *self._block(data, 0), *self._gap(0)]) + "\n"

    def _often(self, share: float) -> bool:
        return self.chance.random() < share

    def _comment(self) -> str:
        self.number += 1
        return f'# {self.number} it\'s [a] comment: "x" {{#}}'

    def _gap(self, indent: int) -> list[str]:
        lines = []
        while self._often(0.2):
            lines.append(" " * self.chance.choice([indent, indent, 0, 1]) + self._comment() if self._often(0.7) else "")
        return lines

    def _beside(self) -> str:
        return " " * self.chance.randint(1, 4) + self._comment() if self._often(0.15) else ""

    def _block(self, data: Any, indent: int) -> list[str]:
        lines: list[str] = []
        pad = " " * indent
        parts = data.items() if isinstance(data, dict) else [(None, item) for item in data]
        for key, value in parts:
            lines += self._gap(indent)
            begin = f"{pad}{self._text(key, False)}:" if key is not None else f"{pad}-"
            if isinstance(value, dict | list) and value and self._often(0.6):
                deeper = indent + self.chance.choice([2, 3, 4])
                if key is not None and isinstance(value, list) and self._often(0.3):
                    deeper = indent
                lines += [begin + self._beside(), *self._block(value, deeper)]
            elif isinstance(value, dict | list):
                lines += self._flow_lines(begin + " ", value, indent + 2)
            elif isinstance(value, str) and "\n" in value and value.strip() and self._often(0.8):
                lines += self._literal(begin, value, indent)
            else:
                lines.append(f"{begin} {self._scalar(value, False)}{self._beside()}")
        return lines

    def _flow_lines(self, begin: str, value: Any, indent: int) -> list[str]:
        if not value or self._often(0.6):
            return [begin + self._flow(value) + self._beside()]
        opening, closing = ("{", "}") if isinstance(value, dict) else ("[", "]")
        lines = [begin + opening + self._beside()]
        parts = list(value.items()) if isinstance(value, dict) else [(None, item) for item in value]
        for number, (key, item) in enumerate(parts):
            name = f"{self._text(key, True)}: " if key is not None else ""
            comma = "," if number < len(parts) - 1 else ""
            lines += self._gap(indent)
            lines.append(" " * indent + name + self._flow(item) + comma + self._beside())
        return [*lines, " " * indent + closing + self._beside()]

    def _flow(self, value: Any) -> str:
        space = " " if self._often(0.3) else ""
        if isinstance(value, dict):
            inside = ", ".join(f"{self._text(k, True)}: {self._flow(v)}" for k, v in value.items())
            return "{" + space + inside + space + "}"
        if isinstance(value, list):
            return "[" + space + f",{space} ".join(map(self._flow, value)) + space + "]"
        return self._scalar(value, True)

    def _literal(self, begin: str, value: str, indent: int) -> list[str]:
        keep = "" if value.endswith("\n") and not value.endswith("\n\n") else "-" if not value.endswith("\n") else "+"
        step = self.chance.choice([2, 3])
        sign = str(step) if value[:1] in " \n" else ""
        lines = value.removesuffix("\n").split("\n")
        return [f"{begin} |{sign}{keep}", *((" " * (indent + step) + line if line else "") for line in lines)]

    def _scalar(self, value: Any, flow: bool) -> str:
        return self._text(value, flow) if isinstance(value, str) else json.dumps(value)

    def _text(self, text: str, flow: bool) -> str:
        from engine.document.scalars import reads_back

        if self._often(0.5) and text and reads_back(text, text, flow) and reads_back(text, text, True):
            return text
        if text.isprintable() and self._often(0.5):
            return "'" + text.replace("'", "''") + "'"
        return json.dumps(text, ensure_ascii=False)


KEYS = st.sampled_from([word for word in WORDS if "\n" not in word and len(word) < 50])
SCALARS = st.sampled_from(WORDS) | st.integers(-99, 99) | st.booleans() | st.none()
DATA = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=25
)
DOCUMENTS = st.dictionaries(KEYS, DATA, min_size=1, max_size=5) | st.lists(DATA, min_size=1, max_size=4)


@settings(max_examples=250, deadline=None)
@given(DOCUMENTS, st.integers(0, 10**6))
def test_any_document_says_the_same_afterwards_and_stays_as_it_is(data: Any, seed: int) -> None:
    text = _Writer(seed).document(data)
    tree = read_yaml(Source("", text))
    data = plain(tree)  # empty lines may have come to a text that keeps its last ones
    new = fmt(text)
    again = read_yaml(Source("", new))
    assert plain(again) == data
    assert [c.text for c in comments(new, again)] == [c.text for c in comments(text, tree)]
    assert fmt(new) == new, f"{text}\n=====\n{new}\n=====\n{fmt(new)}"
    assert "\n\n\n" not in new or any(isinstance(value, str) and "\n\n" in value for value in _texts(data))


def _texts(data: Any) -> Iterator[Any]:
    if isinstance(data, dict | list):
        for value in data.values() if isinstance(data, dict) else data:
            yield from _texts(value)
    else:
        yield data


def _museum() -> list[str]:
    return [piece.text() for piece in pieces() if "do" not in piece.written]


@pytest.mark.parametrize("text", _museum(), ids=range(len(_museum())))
def test_what_is_wrong_but_can_be_read_can_be_formatted(text: str) -> None:
    try:
        before = plain(read_yaml(Source("", text)))
    except InvalidDocument:
        return
    new = fmt(text)
    assert plain(read_yaml(Source("", new))) == before
    assert fmt(new) == new


# --------------------------------------------------------------------------------------------------------- the command


def run(*arguments: object, code: int = 0, stdin: str | None = None) -> str:
    result = CliRunner().invoke(app, ["fmt", *map(str, arguments)], input=stdin)
    assert "Traceback" not in result.output
    assert result.exit_code == code, result.output
    return result.output


def test_the_command_formats_files_at_once_or_not_at_all(tmp_path: Path) -> None:
    good, loose, broken = (tmp_path / name for name in ("good.yaml", "loose.yaml", "broken.yaml"))
    good.write_text("a: 1\n", encoding="utf-8")
    loose.write_text("a:   1 # x\n", encoding="utf-8")
    broken.write_text("a: [\n", encoding="utf-8")
    loose.chmod(0o600)
    assert "would be formatted" in run(good, loose, "--check", code=1)
    shown = run(good, loose, "--diff")
    assert "-a:   1 # x" in shown and "+a: 1  # x" in shown
    assert loose.read_text(encoding="utf-8") == "a:   1 # x\n"
    said = run(good, broken, loose, code=3)
    assert "yaml/syntax" in said and "1 formatted, 1 file in order already" in said
    assert loose.read_text(encoding="utf-8") == "a: 1  # x\n"
    assert loose.stat().st_mode & 0o777 == 0o600
    assert broken.read_text(encoding="utf-8") == "a: [\n"
    assert "0 to be formatted, 2 files" in run(good, loose, "--check")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["broken.yaml", "good.yaml", "loose.yaml"]


def test_standard_input_goes_to_standard_output() -> None:
    assert run("-", stdin="a:   'b'\n") == "a: b\n"


def test_json_is_not_formatted(tmp_path: Path) -> None:
    assert "only YAML is formatted" in run(tmp_path / "case.json", code=2)


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.name)
def test_the_shipped_documents_are_in_order(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert fmt(text) == text


def test_without_a_file_the_whole_pack_is_formatted() -> None:
    assert f"0 to be formatted, {len(SHIPPED)} files" in run("--check")
