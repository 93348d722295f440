"""Damages of the registers of clauses and readings, and of cases."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from tests.damage.model import Base, Damage, some, way
from tests.damage.ways_yaml import base_text

CASE_VALUES = {
    "scenario": ("damaged", "Damaged_package", "null", "5", "[damaged_package]", "unknown"),
    "policy": ("tiktok", "5", "null", "[a]"),
    "as_of": ("yesterday", "2025-06-16", "2025-06-16T00:00:00", "5", "null"),
    "time_zone": (
        *("New York", "EST5", "America/New_Yrok", "5", "null", "+02:00", "[a]", "../etc/passwd", "localtime"),
    ),
    "filed_at": (
        *("2025-06-10", "2025-06-10T09:00:00", "2025-02-30T09:00:00Z", "2025-06-10T24:00:00Z", "5", "true", "[a]"),
        *("1899-01-01T00:00:00Z", "2025-06-10T09:00:00+25:00", "2025-06-10T09:00:60Z", "20250610T090000Z", "null"),
        *("2025-06-10T09:00:00.1234567Z", "unknown", "''", "tomorrow"),
    ),
    "request_with_seller": ("Unresolved", "null", "5", "unresolvd", "[unresolved]", "true", "''"),
    "about_earlier_resolution": ("'no'", "null", "0", "None", "'false'", "unknown"),
    "is_buyer": ("'yes'", "1", "[true]", "{a: true}", "'unknown'"),
    "damage_cause": ("selle", "true", "unknown", "5"),
    "deceptive": ("null", "'maybe'", "1.5"),
    "authentic": ("null", "5", "'yes'", "1", "[]"),
    "submitted_at": ("null", "soon", "2025-06-11", "2025-06-11T08:00:00", "unknown"),
    "title": ("5", "[a]", "null"),
}
FINE = frozenset(
    {
        *(("policy", "null"), ("title", "null"), ("as_of", "null"), ("scenario", "unknown"), ("filed_at", "null")),
        *(("filed_at", "unknown"), ("about_earlier_resolution", "unknown"), ("damage_cause", "unknown")),
        ("is_buyer", "'unknown'"),
    }
)
GROUPS = (
    *("  order: {shipping: x}", "  ordr: {on_platform: true}", "  order.on_platform: true", "  order: 5"),
    *("  weather: {}", "  order: [on_platform]", "order: {on_platform: true}", "  order: null", "scenari: quality"),
    *("seller_notified: 2025-06-10T10:00:00Z", "  seller:", "  Seller: {sells_in_us: true}"),
)


@way("clauses", "readings")
def register_value(base: Base, random: Random) -> Iterator[Damage]:
    wrong = {
        "number": ("0", "-1", "1.5", "one", "1", "99999", '"3"'),
        "digest": ("sha256:abc", '"md5:00"', "5", '""'),
        "length": ("-1", "long", "1.5", "99999999"),
        "kind": ("gates", "Heading", "5"),
        "because": ("no reason", "headings"),
        "taken": ("z", "A", "[a]", "1"),
        "register": ("clause", "reading", "policies"),
        "policy": ("Tiktok", "another-policy"),
        "title": ("5", "''"),
        "section": ("5", "''"),
    }
    for key, values in wrong.items():
        nodes = [node for path, node in base.scalars if path[-1] == key]
        for new in values if nodes else ():
            node = random.choice(nodes)
            passes = "it says the same" if base_text(base, node) == new else ""
            if key == "because" and base.kind == "readings":
                passes = "a text for people"
            yield base.damage(
                "register_value",
                base.with_span(node.place, new),
                node.place.line,
                harmless=passes,
                note=f"{key}: {new}",
            )


@way("readings")
def register_reference(base: Base, random: Random) -> Iterator[Damage]:
    lines = [n for n, line in enumerate(base.lines, 1) if line.strip().startswith("clauses: [")]
    for new in ("[judgment.99]", "[.acceptance]", "judgment.3", "[]", "[Judgment.3]", "[null]", "[1]", "[a b]"):
        number = random.choice(lines)
        line = base.lines[number - 1]
        passes = "a reading may concern no clause" if new == "[]" else ""
        text = base.with_line(number, line[: line.index("clauses:")] + f"clauses: {new}")
        yield base.damage("register_reference", text, number, harmless=passes, note=new)


@way("clauses", "readings")
def entry_removed(base: Base, random: Random) -> Iterator[Damage]:
    """An entry that rules cite, or that the numbering needs, is no longer there."""
    for _, place in some(random, [(p, place) for p, place in base.keys if len(p) == 2], 12):
        yield base.damage("entry_removed", base.without(base.block(place.line)), harmless="nothing cites it")


@way("clauses", "readings")
def entry_renamed(base: Base, random: Random) -> Iterator[Damage]:
    for path, place in some(random, [(p, place) for p, place in base.keys if len(p) == 2], 8):
        for new in (f"{path[1]}_x", "X", "'0'", "a b", "'1.5'", "9999"):
            text = base.with_span(place, new)
            yield base.damage("entry_renamed", text, harmless="nothing cites it", note=f"{path[1]} to {new}")


@way("case")
def case_value(base: Base, random: Random) -> Iterator[Damage]:
    for key, values in CASE_VALUES.items():
        nodes = [node for path, node in base.scalars if path[-1] == key]
        for new in values:
            node = random.choice(nodes)
            passes = "the value is one of its type" if (key, new) in FINE else ""
            text = base.with_span(node.place, new)
            yield base.damage("case_value", text, node.place.line, harmless=passes, note=f"{key}: {new}")


@way("case")
def case_shape(base: Base, random: Random) -> Iterator[Damage]:
    number = next(n for n, line in enumerate(base.lines, 1) if line == "facts:")
    for new in ("facts: []", "facts: 5", "facts: null", "fact:", "Facts:", "facts: text"):
        text = base.with_line(number, new) if new.endswith(":") else "\n".join([*base.lines[: number - 1], new])
        passes = "a case may have no facts" if new == "facts: {}" else ""
        yield base.damage("case_shape", text, number, harmless=passes, note=new)
    for line in GROUPS:
        text = base.with_line(number, "facts:", line)
        yield base.damage("case_shape", text, number + 1, note=line.strip())
    listed = next(n for n, line in enumerate(base.lines, 1) if line.strip() == "proves: [delivered_damaged]")
    for new in ("delivered_damaged", "[delivered]", "[5]", "[null]", "null", "[[a]]", "{a: b}", "[]", "unknown", "5",
                "[delivered_damaged, delivered_damaged]"):  # fmt: skip
        passes = "a list of propositions, or not assessed yet" if new in ("[]", "unknown") or "d, d" in new else ""
        text = base.with_line(listed, f"        proves: {new}")
        yield base.damage("case_shape", text, listed, harmless=passes, note=f"proves: {new}")
    many = ["      - {submitted_at: 2025-06-11T08:00:00-04:00}"] * 101
    text = base.with_line(listed, base.lines[listed - 1], *many)
    yield base.damage("case_shape", text, listed - 2, note="101 submissions")
