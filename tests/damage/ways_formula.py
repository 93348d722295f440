"""Damages of formulas: what people write who know another language, and what only an attacker writes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random

from engine.document import Scalar
from tests.damage.model import Base, Damage, some, way
from tests.damage.ways_yaml import base_text

FORMULA_KEYS = ("when", "and_when", "asked_if")
ANOTHER_LANGUAGE = (
    "{0} = 5",
    "{0} = true",
    "x = 0",
    "True; False",
    "{0} && order.on_platform",
    "{0} || order.on_platform",
    "!order.on_platform",
    "{0} AND order.on_platform",
    "NOT order.on_platform",
    "order.on_platform is True",
    "order.on_platform is not None",
    "order.on_platform == None",
    "order.on_platform == null",
    "if order.on_platform then seller.sells_in_us",
    "order.on_platform ? a : b",
    "order.on_platform if seller.sells_in_us else customer.is_buyer",
    "lambda: order.on_platform",
    "lambda x: x",
    "[x for x in order.on_platform]",
    "all(x for x in [true])",
    "(y := order.on_platform)",
    "order.on_platform[0]",
    "order['on_platform']",
    "{{'a': 1}}",
    "(1, 2)",
    "f'x'",
    "f'{{order.on_platform}}'",
    "b'x' == b'x'",
    "...",
    "1j == 1",
    "0.1 + 0.2 == 0.3",
    "earlier.raised ** 2 == 4",
    "earlier.raised + 1 == 2",
    "-earlier.raised == 1",
    "earlier.raised == -1",
    "earlier.raised % 2 == 0",
    "earlier.raised << 3 == 8",
    "1 == 1 & 2 == 2",
    "0 < earlier.raised < 2",
    "order.on_platform and",
    "and order.on_platform",
    "(order.on_platform",
    "order.on_platform)",
    "order.on_platform or or seller.sells_in_us",
    "order.on_platform seller.sells_in_us",
    "order on_platform",
    "order..on_platform",
    "order.on_platform.",
    ".on_platform",
    "return",
    "class.of == 1",
    "await order.on_platform",
    "yield order.on_platform",
    "*order.on_platform",
    "import os",
    "del order",
    "'unclosed",
    "order.on_platform == 'it''s'",
    "a.b()",
    "order.on_platform.upper()",
    "order.clear()",
    "order.on_platform.__class__",
    "__import__('os')",
    "open('x')",
    "eval('1')",
    "rand()",
    "now()",
    "len(seller.materials) > 0",
    "happened",
    "happened()",
    "happened(order.delivered_at, 1)",
    "happened(event=order.delivered_at)",
    "happened(*order.delivered_at)",
    "happened('x')",
    "happened(order.on_platform)",
    "happened(5)",
    "proven(no_such_thing)",
    "proven('handed_over')",
    "proven(order.on_platform)",
    "proven(handed_over, delivery_record)",
    "proven([handed_over])",
    "contains(consequence.liable)",
    "contains(order.on_platform, true)",
    "contains(consequence.liable, nobody)",
    "contains(consequence.liable, [seller])",
    "contains(consequence.liable, 5)",
    "contains([], seller)",
    "latest(order.delivered_at)",
    "latest(order.delivered_at, 5)",
    "latest()",
    "earliest(order.delivered_at, order.on_platform)",
    "day(order.on_platform)",
    "day(order.delivered_at) > 5",
    "day(order.delivered_at) == '2025-01-01'",
    "date('2025-02-30') == day(order.delivered_at)",
    "date(2025, 1, 1) == day(order.delivered_at)",
    "date('yesterday') == day(order.delivered_at)",
    "date(order.delivered_at) == day(order.delivered_at)",
    "unsettled(consequence)",
    "unsettled(no_table)",
    "given(no_fact)",
    "given(given(earlier.raised))",
    "order.delivered_at > '2025-01-01'",
    "order.delivered_at > 48",
    "order.delivered_at == 'soon'",
    "order.delivered_at",
    "dispute.time_zone",
    "earlier.raised",
    "'text'",
    "5",
    "[seller]",
    "order.shipping_mode > ship_by_seller",
    "order.shipping_mode == ship_by_sellers",
    "order.shipping_mode == 'Ship By Seller'",
    "order.shipping_mode == 5",
    "order.shipping_mode == order.on_platform",
    "order.shipping_mode in ship_by_seller",
    "order.shipping_mode in []",
    "order.shipping_mode in [wrong_item]",
    "order.shipping_mode in [5]",
    "order.shipping_mode in [ship_by_seller, 5]",
    "order.shipping_mode in [order.on_platform]",
    "order.shipping_mode in 'ship_by_seller'",
    "order.shipping_mode in product_rows",
    "'ship' in 'ship_by_seller'",
    "scenario in product_row",
    "scenario in [inconsistant]",
    "scenario == product_rows",
    "scenario == inconsistant",
    "product_rows",
    "consequence.liable == seller",
    "consequence.liable == [seller]",
    "consequence.liable in [seller]",
    "consequence.remedies == refund_by_seller",
    "consequence.nothing == 5",
    "consequence",
    "gates",
    "record",
    "record.nothing",
    "customer",
    "customer.silence",
    "tiktok_shop.silent",
    "acceptance_period",
    "acceptance_period.end",
    "submission_period.customer",
    "submission_period.tiktok_shop.ends == judgment.notified_at",
    "earlier.raised == 'one'",
    "earlier.raised == 1.5",
    "earlier.raised == '1.5'",
    "earlier.raised > 99999999999",
    "earlier.raised in [1, 2",
    "not",
    "not order.delivered_at",
    "order.delivered_at and order.on_platform",
    "order.on_platform == 1",
    "order.on_platform > false",
    "dispute.time_zone == 'Europe/Berlin'",
    "dispute.time_zone > 'Europe/Berlin'",
)
VALID_HERE = frozenset({
    "{0} = true",
    "order.shipping_mode in []",
    "consequence.liable == [seller]",
    "proven('handed_over')",
    "dispute.time_zone == 'Europe/Berlin'",
    "order.on_platform == 1",
})  # fmt: skip
HUGE = {
    "a chain of and": " and ".join(["order.on_platform"] * 60),
    "a very long chain": " and ".join(["order.on_platform"] * 400),
    "nested brackets": "(" * 90 + "order.on_platform" + ")" * 90,
    "many brackets": "(" * 400 + "order.on_platform" + ")" * 400,
    "nested not": "not " * 100 + "order.on_platform",
    "nested not, too long": "not " * 2_000 + "order.on_platform",
    "minus signs": "-" * 990 + "1",
    "tildes": "~" * 990 + "1",
    "attributes": "a" + ".b" * 450,
    "nested lists": "[" * 90 + "]" * 90,
    "nested calls": "happened(" * 40 + "order.delivered_at" + ")" * 40,
    "a lambda in a lambda": "lambda: " * 100 + "1",
    "nested ternaries": "1 if " * 150 + "1",
    "a power": "4000000 ** 4000000 == 1",
    "a long number": "earlier.raised == " + "9" * 900,
    "a long name": "order." + "x" * 900,
    "a long word": "order.shipping_mode == " + "s" * 900,
    "a shift": "1 << 100000 == 1",
    "a long text": "order.shipping_mode == '" + "s" * 900 + "'",
    "comparisons": "1 < " * 200 + "2",
    "a big list": "order.shipping_mode in [" + ", ".join(["ship_by_seller"] * 50) + "]",
}
FINE = {"a big list": "a list may name a value twice", "nested brackets": "brackets leave no trace"}
LETTERS = {"fullwidth": "\uff4frder.on_platform", "accent": "\u00f3rder.on_platform", "quotes": "a == \u201cb\u201d"}


def _formulas(base: Base) -> list[Scalar]:
    return [node for path, node in base.scalars if path[-1] in FORMULA_KEYS]


def _quoted(formula: str) -> str:
    return "'" + formula.replace("'", "''") + "'"


@way("policy")
def another_language(base: Base, random: Random) -> Iterator[Damage]:
    for form in ANOTHER_LANGUAGE:
        node = random.choice(_formulas(base))
        formula = form.format(str(node.value).split()[0])
        text = base.with_span(node.place, _quoted(formula))
        passes = "a formula of the language" if form in VALID_HERE else ""
        yield base.damage("another_language", text, node.place.line, harmless=passes, note=formula)


@way("policy")
def huge_formula(base: Base, random: Random) -> Iterator[Damage]:
    for name, formula in HUGE.items():
        node = random.choice(_formulas(base))
        passes = FINE.get(name, "")
        yield base.damage(
            "huge_formula", base.with_span(node.place, formula), node.place.line, harmless=passes, note=name
        )


@way("policy")
def odd_letters(base: Base, random: Random) -> Iterator[Damage]:
    for name, formula in LETTERS.items():
        node = random.choice(_formulas(base))
        yield base.damage("odd_letters", base.with_span(node.place, formula), node.place.line, note=name)


@way("policy")
def formula_emptied(base: Base, random: Random) -> Iterator[Damage]:
    for new in ("", "''", "' '", "null", "[]", "{}", "true", "5", "[order.on_platform]", "{a: b}", "=", "'= '"):
        node = random.choice(_formulas(base))
        yield base.damage("formula_emptied", base.with_span(node.place, new), node.place.line, note=new)


@way("policy")
def operator_swapped(base: Base, random: Random) -> Iterator[Damage]:
    """`==` by `=`, `in` by `==` and the like, in the formulas as they stand."""
    for old, new in (
        (" == ", " = "),
        (" in ", " == "),
        (" == ", " in "),
        (" >= ", " => "),
        (" and ", " & "),
        ("(", "["),
    ):
        nodes = [node for node in _formulas(base) if old in str(node.value) and not node.quoted]
        for node in some(random, nodes, 4):
            text = base.with_span(node.place, base_text(base, node).replace(old, new, 1))
            yield base.damage("operator_swapped", text, node.place.line, note=f"{old} to {new}: {node.value}")


@way("policy")
def name_in_formula_misspelt(base: Base, random: Random) -> Iterator[Damage]:
    for node in some(random, _formulas(base), 40):
        words = [
            m for m in re.finditer(r"[a-z_]{4,}", base_text(base, node)) if m.group() not in ("unsettled", "first")
        ]
        if not words:
            continue
        word = random.choice(words)
        start = node.place.column - 1
        at = random.randrange(1, len(word.group()) - 1)
        new = word.group()[:at] + word.group()[at + 1 :]
        line = base.lines[node.place.line - 1]
        new_line = line[: start + word.start()] + new + line[start + word.end() :]
        yield base.damage(
            "name_in_formula_misspelt", base.with_line(node.place.line, new_line), node.place.line, note=new
        )
