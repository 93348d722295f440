"""Damages that YAML is known for: quotes, commas, colons, anchors, tags, and words that are not what they look like."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from engine.document import Scalar
from tests.damage.model import Base, Damage, some, way

FREE_TEXT = "a text that says nothing to the engine"
UNCLEAR = ("yes", "NO", "on", "Off", "TRUE", "Null", "08", "010", "0x1F", "1_000", "1e3", "+1", ".5", "1.", "48:00")
SPECIAL = (".inf", ".nan", ".NaN", "-.inf", "1,000", "23:59:59", "0o17", "0b1", "12345678901", "1e999", "0.1234567891")
TIMES = ("2024-02-30", "2025-01-01", "2025-06-10T09:00:00", "2025-06-10 09:00", "24:00:00", "2025-06-10T09:00:00+99:99")


def _values(base: Base, random: Random, count: int) -> list[Scalar]:
    return [node for _, node in some(random, base.scalars, count)]


@way("policy", "clauses", "readings", "case")
def quote_lost(base: Base, random: Random) -> Iterator[Damage]:
    quoted = [node for _, node in base.scalars if node.quoted]
    for node in some(random, quoted, 4):
        line = base.lines[node.place.line - 1]
        at = node.place.end_column - 2
        text = base.with_line(node.place.line, line[:at] + line[at + 1 :])
        yield base.damage("quote_lost", text, node.place.line, note="the closing one")
    for node in _values(base, random, 6):
        line = base.lines[node.place.line - 1]
        for sign in "'\"":
            new = line[: node.place.column - 1] + sign + line[node.place.column - 1 :]
            yield base.damage("quote_lost", base.with_line(node.place.line, new), node.place.line, note="one too many")


@way("policy", "case")
def quote_in_front(base: Base, random: Random) -> Iterator[Damage]:
    """A value that begins with a quoted word and goes on."""
    for node in _values(base, random, 8):
        word, _, rest = str(node.value).partition(" ")
        yield base.damage("quote_in_front", base.with_span(node.place, f"'{word}' {rest or 'in x'}"), node.place.line)


@way("policy", "clauses", "readings", "case")
def colon_lost(base: Base, random: Random) -> Iterator[Damage]:
    for _, place in some(random, base.keys, 10):
        line = base.lines[place.line - 1]
        end = place.end_column - 1
        for new in (line[:end] + line[end + 1 :], line[: end + 1] + line[end + 2 :]):
            if new != line and line[end : end + 1] == ":":
                yield base.damage("colon_lost", base.with_line(place.line, new), place.line)


@way("policy", "clauses", "readings", "case")
def second_colon(base: Base, random: Random) -> Iterator[Damage]:
    for node in _values(base, random, 8):
        new = f"{node.value}: indeed"
        passes = "in quotes a colon is a part of the text" if node.quoted else ""
        line = base.lines[node.place.line - 1]
        if not node.quoted and line[node.place.column - 2 :].lstrip().startswith("- "):
            continue
        yield base.damage("second_colon", base.with_span(node.place, new), node.place.line, harmless=passes)


@way("policy", "clauses", "readings", "case")
def anchor_or_tag(base: Base, random: Random) -> Iterator[Damage]:
    for mark in ("&a ", "*a ", "!x ", "!!str ", "!!python/object/apply:os.system ", "!!int ", "<<: *a #", "%x "):
        for node in _values(base, random, 2):
            new = mark + ("" if mark.startswith(("*", "<<")) else base_text(base, node))
            yield base.damage("anchor_or_tag", base.with_span(node.place, new.rstrip()), node.place.line, note=mark)


@way("policy", "clauses", "readings", "case")
def bomb(base: Base, random: Random) -> Iterator[Damage]:
    number = len(base.lines)
    aliases = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    merges = ["b0: &b0 {x: 1}"] + [f"b{n}: &b{n} {{<<: [{', '.join([f'*b{n - 1}'] * 9)}]}}" for n in range(1, 12)]
    yield base.damage("bomb", base.text + "\n".join(aliases) + "\n", number, note="aliases")
    yield base.damage("bomb", base.text + "\n".join(merges) + "\n", number, note="merge keys")
    yield base.damage("bomb", base.text + "own: &own [*own]\n", number, note="a list in itself")


def base_text(base: Base, node: Scalar) -> str:
    return base.lines[node.place.line - 1][node.place.column - 1 : node.place.end_column - 1]


def _harmless_value(base: Base, value: str) -> str:
    return "a clear value; where it lands in a free text it is one" if value in TIMES else ""


@way("policy", "clauses", "readings", "case")
def unclear_value(base: Base, random: Random) -> Iterator[Damage]:
    for value in (*UNCLEAR, *SPECIAL):
        (node,) = _values(base, random, 1)
        yield base.damage("unclear_value", base.with_span(node.place, value), node.place.line, note=value)


@way("policy", "clauses", "readings", "case")
def a_time_instead(base: Base, random: Random) -> Iterator[Damage]:
    for value in TIMES:
        (node,) = _values(base, random, 1)
        yield base.damage(
            "a_time_instead", base.with_span(node.place, value), node.place.line, harmless=FREE_TEXT, note=value
        )


@way("policy", "clauses", "readings", "case")
def unclear_key(base: Base, random: Random) -> Iterator[Damage]:
    for new in ("1", "1.0", "true", "on", "null", "~", "08", "? a", "[a, b]", "{a: b}", "", "<<", "'a\\nb'", '"a\\nb"'):
        _, place = random.choice(base.keys)
        yield base.damage("unclear_key", base.with_span(place, new), place.line, note=new)


@way("policy", "clauses", "readings", "case")
def key_doubled(base: Base, random: Random) -> Iterator[Damage]:
    """A whole block stands twice."""
    for _, place in some(random, base.keys, 8):
        if base.lines[place.line - 1].lstrip().startswith(("- ", "{")):
            continue
        block = base.block(place.line)
        again = base.lines[block.start - 1 : block.stop - 1]
        text = "\n".join([*base.lines[: block.stop - 1], *again, *base.lines[block.stop - 1 :]])
        yield base.damage("key_doubled", text, block.stop, place.line)


@way("policy")
def comma_in_braces(base: Base, random: Random) -> Iterator[Damage]:
    """A rule in one line, whose formula has a comma."""
    formulas = ["contains(consequence.liable, seller)", "x in [a, b]", "latest(order.delivered_at, order.delivered_at)"]
    whens = [node for path, node in base.scalars if path[-1] == "when"]
    for node in some(random, whens, 6):
        line = base.lines[node.place.line - 1]
        start = line.index("when:")
        formula = random.choice(formulas)
        dash = line[:start].strip()
        if dash:
            new = f"{line[:start]}{{when: {formula}}}"
        else:
            new = f"{line[:start]}asked_if: {{when: {formula}}}"
        yield base.damage("comma_in_braces", base.with_line(node.place.line, new), node.place.line)


@way("policy")
def comment_in_formula(base: Base, random: Random) -> Iterator[Damage]:
    formulas = [n for p, n in base.scalars if p[-1] in ("when", "asked_if", "and_when", "after", "met_by")]
    for node in some(random, formulas, 12):
        new = f"{base_text(base, node)} # and order.on_platform"
        yield base.damage("comment_in_formula", base.with_span(node.place, new), node.place.line)


@way("policy", "clauses", "readings", "case")
def comment_elsewhere(base: Base, random: Random) -> Iterator[Damage]:
    places = [n for p, n in base.scalars if p[-1] in ("title", "meaning", "gist", "taken", "ask", "scenario", "length")]
    for node in some(random, places, 4):
        new = f"{base_text(base, node)}   # a comment"
        yield base.damage("comment_elsewhere", base.with_span(node.place, new), harmless="a comment")
    yield base.damage("comment_elsewhere", "# a first line\n\n" + base.text, harmless="a comment")


@way("policy", "clauses", "case")
def swallowed_item(base: Base, random: Random) -> Iterator[Damage]:
    """A list item that is indented too far becomes a part of the text above it."""
    items = [n for n, line in enumerate(base.lines, 1) if line.lstrip().startswith("- ")]
    for number in some(random, items, 8):
        text = base.with_line(number, "      " + base.lines[number - 1])
        yield base.damage("swallowed_item", text, number, harmless="the only item of its list may be indented freely")
