"""Damages of the bytes and the layout: encodings, hidden characters, lines lost, doubled, moved and re-indented."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from tests.damage.model import Base, Damage, indent, some, way

HIDDEN = {
    "NUL": "\0",
    "escape": "\x1b[31m",
    "next line": "\x85",
    "line separator": "\u2028",
    "right to left": "\u202e",
    "zero width space": "\u200b",
    "byte order mark": "\ufeff",
    "carriage return": "\r",
    "tab": "\t",
    "delete": "\x7f",
}


@way("policy", "clauses", "readings", "case")
def hidden_character(base: Base, random: Random) -> Iterator[Damage]:
    for name, sign in HIDDEN.items():
        number = random.choice([n for n, line in enumerate(base.lines, 1) if len(line) > 12])
        line = base.lines[number - 1]
        at = random.randrange(1, len(line))
        yield base.damage("hidden_character", base.with_line(number, line[:at] + sign + line[at:]), number, note=name)


@way("policy", "clauses", "readings", "case")
def not_utf8(base: Base, random: Random) -> Iterator[Damage]:
    for wrong in (b"\xff", b"\xc3(", b"\xed\xa0\x80", b"\xe9"):
        number = random.randrange(2, len(base.lines))
        before, after = "\n".join(base.lines[: number - 1]), "\n".join(base.lines[number - 1 :])
        data = before.encode() + b"\n" + wrong + after.encode()
        yield Damage("not_utf8", base.kind, data, frozenset({number}))
    for coding in ("utf-16", "utf-16-be", "utf-32"):
        yield Damage("not_utf8", base.kind, base.text.encode(coding), note=coding)


@way("policy", "clauses", "case")
def other_line_ends(base: Base, random: Random) -> Iterator[Damage]:
    yield base.damage("other_line_ends", base.text.replace("\n", "\r\n"), harmless="the line ends of another system")
    yield base.damage("other_line_ends", base.text.replace("\n", "\r"), 1)
    yield base.damage("other_line_ends", "\ufeff" + base.text, harmless="a byte order mark at the start is dropped")


@way("policy", "clauses", "readings", "case")
def nothing_in_it(base: Base, random: Random) -> Iterator[Damage]:
    for text in ("", "\n\n", "# only a comment\n", "---\n", "null\n", "...\n"):
        yield base.damage("nothing_in_it", text, 1, note=repr(text))


@way("policy", "clauses", "readings", "case")
def something_else(base: Base, random: Random) -> Iterator[Damage]:
    for text in ("[]\n", "{}\n", "hello\n", "5\n", "- a\n- b\n", '{"a": 1}\n', "[[[[]]]]\n", "<html></html>\n", '"'):
        yield base.damage("something_else", text, 1, note=repr(text))


@way("policy", "clauses", "readings", "case")
def cut_off(base: Base, random: Random) -> Iterator[Damage]:
    data = base.text.encode()
    for at in sorted(random.sample(range(20, len(data) - 4), 10)):
        yield Damage("cut_off", base.kind, data[:at], harmless="it ends after a whole value; what is left is valid")


@way("policy", "clauses", "readings", "case")
def two_documents(base: Base, random: Random) -> Iterator[Damage]:
    for number in some(random, [n for n, line in enumerate(base.lines, 1) if line and line[0].isalpha()][1:], 2):
        yield base.damage("two_documents", base.with_line(number, "---", base.lines[number - 1]), number)
    yield base.damage("two_documents", "%YAML 1.1\n---\n" + base.text, 1)
    yield base.damage("two_documents", base.text + base.text, 4 + len(base.lines), note="the whole file twice")


@way("policy", "clauses", "readings", "case")
def line_removed(base: Base, random: Random) -> Iterator[Damage]:
    numbers = [n for n, line in enumerate(base.lines, 1) if line.strip() and not line.lstrip().startswith("#")]
    for number in some(random, numbers, 30 if base.kind == "policy" else 8):
        line = base.lines[number - 1]
        yield base.damage("line_removed", base.with_line(number), harmless=f"may be left out: {line.strip()}")


@way("policy", "clauses", "readings", "case")
def line_doubled(base: Base, random: Random) -> Iterator[Damage]:
    numbers = [n for n, line in enumerate(base.lines, 1) if line.strip() and not line.lstrip().startswith("#")]
    for number in some(random, numbers, 30 if base.kind == "policy" else 8):
        line = base.lines[number - 1]
        again = ": " not in line or line.lstrip().startswith("- submitted_at")
        passes = "a list may hold a thing twice, a text may repeat a line" if again else ""
        yield base.damage(
            "line_doubled", base.with_line(number, line, line), number, number + 1, harmless=passes, note=line.strip()
        )


@way("policy", "clauses", "readings", "case")
def line_moved(base: Base, random: Random) -> Iterator[Damage]:
    numbers = [n for n, line in enumerate(base.lines, 1) if line.strip() and not line.lstrip().startswith("#")]
    for number in some(random, numbers, 30 if base.kind == "policy" else 6):
        to = random.choice([n for n in numbers if n != number])
        moved = [(n, line) for n, line in enumerate(base.lines, 1) if n != number]
        at = next(i for i, (n, _) in enumerate(moved) if n == to)
        text = "\n".join(line for _, line in [*moved[:at], (0, base.lines[number - 1]), *moved[at:]])
        note = f"line {number} before line {to}"
        yield base.damage("line_moved", text, number, to, harmless="the same, or another, order is valid", note=note)


@way("policy", "clauses", "readings", "case")
def line_indented(base: Base, random: Random) -> Iterator[Damage]:
    numbers = [n for n, line in enumerate(base.lines, 1) if line.strip() and not line.lstrip().startswith("#")]
    for number in some(random, numbers, 30 if base.kind == "policy" else 8):
        line = base.lines[number - 1]
        more = random.choice([1, 2, 3, -1, -2])
        if more < 0 and indent(line) < -more:
            more = 2
        new = " " * more + line if more > 0 else line[-more:]
        yield base.damage(
            "line_indented",
            base.with_line(number, new),
            number,
            harmless="the indentation inside a text, or of the only line of a block, is free",
            note=f"{more:+}: {line.strip()}",
        )


@way("policy", "case")
def block_indented(base: Base, random: Random) -> Iterator[Damage]:
    numbers = [n for n, line in enumerate(base.lines, 1) if line.rstrip().endswith(":") and indent(line) >= 2]
    for number in some(random, numbers, 10):
        block = base.block(number)
        lines = ["  " + line if n in block else line for n, line in enumerate(base.lines, 1)]
        yield base.damage(
            "block_indented", "\n".join(lines), number, block[-1] + 1, harmless="the last block of its parent is moved"
        )


@way("policy", "clauses", "readings", "case")
def indented_by_tab(base: Base, random: Random) -> Iterator[Damage]:
    numbers = [n for n, line in enumerate(base.lines, 1) if indent(line) >= 2]
    for number in some(random, numbers, 3):
        line = base.lines[number - 1]
        yield base.damage("indented_by_tab", base.with_line(number, "\t" + line.lstrip()), number)


@way("policy", "clauses", "readings", "case")
def very_large(base: Base, random: Random) -> Iterator[Damage]:
    yield base.damage("very_large", base.text + "# x" * 400_000 + "\n", 1, note="over a mebibyte")
    number = base.scalars[len(base.scalars) // 2][1].place.line
    line = base.lines[number - 1]
    head = line[: line.index(": ") + 2] if ": " in line else line + ": "
    yield base.damage("very_large", base.with_line(number, head + "x" * 9_000), number, note="a long text")
    yield base.damage("very_large", base.with_line(number, head + "y" * 500_000), number, note="a very long text")
    yield base.damage("very_large", base.with_line(number, "k" * 3_000 + ": 1"), number, note="a long key")
    yield base.damage("very_large", base.text + "\n".join(f"k{n}: 1" for n in range(15_000)), note="many keys")
    yield base.damage("very_large", base.text + "zz:\n" + "- 1\n" * 60_000, note="many values")
    yield base.damage(
        "very_large", base.text + "#\n" * 200_000, harmless="comments, and the file is under the limit", note="comments"
    )


@way("policy", "clauses", "readings", "case")
def very_deep(base: Base, random: Random) -> Iterator[Damage]:
    number = len(base.lines)
    for open_, close, count in (("[", "]", 40), ("[", "]", 5_000), ("{a: ", "}", 40), ("[", "", 100_000)):
        text = base.text + "deep: " + open_ * count + close * count + "\n"
        yield base.damage("very_deep", text, number, note=f"{open_} {count} times")
    yield base.damage("very_deep", base.text + "".join(" " * n + "a:\n" for n in range(200)), note="block style")
    yield base.damage("very_deep", base.text + "- " * 2_000 + "a\n", number, note="a list of a list of a list")
