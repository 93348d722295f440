"""Formulas: what is refused, that what is accepted is safe, and that it means what a second evaluator says it means."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from operator import eq, ge, gt, le, lt, ne
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import InvalidDocument, Version
from engine.backends.interpreter import Interpreter
from engine.clock import parse_instant
from engine.document import plain
from engine.expr.unknown import Unknown, waiting
from engine.policy.model import Fact, Policy
from tests.small_packs import Data, as_yaml, completed, load_data, load_text, merged
from tests.strategies import Document, Formulas, dispute, documents, instants, modest
from tests.test_interpreter import BASE

WORKSHOP: Final[Data] = merged(
    BASE["policy"],
    {
        "facts": {
            **{f"bike.{name}": "bool" for name in ("wet", "old")},
            "bike.bent": {"type": "bool", "finding": True},
            "bike.loud": {"type": "bool", "nullable": True},
            "bike.kind": {"type": "enum", "one_of": ["road", "cargo", "folding"]},
            "bike.brake": {"type": "enum", "one_of": ["disc", "rim"], "nullable": True},
            "bike.gears": "integer",
            "bike.bells": {"type": "integer", "nullable": True},
            "bike.price": {"type": "decimal", "nullable": True},
            "bike.weight": "decimal",
            "bike.sold_on": {"type": "date", "nullable": True},
            "bike.made_on": "date",
            "bike.frame_number": "text",
            "bike.shown": "propositions",
            "shop.told_at": "event",
            "shop.answered_at": {"type": "event", "if_absent": None},
            "shop.promised_at": "instant",
        },
        "propositions": ["cracked", "dented"],
        "groups": {"round_things": {"scenarios": ["wheel"]}, "flat_things": {"scenarios": ["saddle", "rack"]}},
        "scenarios": {"saddle": {}, "rack": {}},
    },
)
POLICY: Final[Policy] = load_data(WORKSHOP).version("1.0.0").policy


# ------------------------------------------------------------------------------------------- the second evaluator


class Missing:
    """The third truth value of the second evaluator."""


MISSING: Final = Missing()
ORDER: Final[dict[type[ast.cmpop], Callable[[Any, Any], bool]]] = {
    ast.Eq: eq,
    ast.NotEq: ne,
    ast.Lt: lt,
    ast.LtE: le,
    ast.Gt: gt,
    ast.GtE: ge,
}


class Second:
    """Formulas by recursion over Python's own syntax tree, written without a look at the engine."""

    def __init__(self, policy: Policy, document: Document, as_of: str) -> None:
        self.policy, self.document = policy, document
        self.now = datetime.fromisoformat(as_of)

    def read(self, text: str) -> Any:
        return self.of(ast.parse(text, mode="eval").body)

    def fact(self, fact: Fact) -> Any:
        group, _, name = fact.name.partition(".")
        left_out: Any = fact.if_absent if repr(fact.if_absent) != "ABSENT" else "unknown"
        value = self.document["facts"].get(group, {}).get(name, left_out)
        if value == "unknown":
            return MISSING
        if value is None:
            return False if fact.kind == "bool" else None
        if fact.kind in ("event", "instant"):
            at = datetime.fromisoformat(value)
            return None if fact.kind == "event" and at > self.now else at
        return date.fromisoformat(value) if fact.kind == "date" else value

    def of(self, node: ast.expr) -> Any:
        match node:
            case ast.BoolOp(op=ast.And()):
                parts = [self.of(part) for part in node.values]
                return False if False in parts else MISSING if MISSING in parts else True
            case ast.BoolOp():
                parts = [self.of(part) for part in node.values]
                return True if True in parts else MISSING if MISSING in parts else False
            case ast.UnaryOp():
                inner = self.of(node.operand)
                return MISSING if inner is MISSING else not inner
            case ast.Compare():
                return self.compared(type(node.ops[0]), self.of(node.left), self.of(node.comparators[0]))
            case ast.Call(func=ast.Name(id=name)):
                return self.called(name, [self.of(argument) for argument in node.args])
            case ast.List():
                return [self.of(item) for item in node.elts]
            case ast.Constant():
                return node.value
            case _:
                return self.named(ast.unparse(node))

    def named(self, name: str) -> Any:
        if name in self.policy.facts:
            return self.fact(self.policy.facts[name])
        if name == "scenario":
            return self.document["scenario"]
        return self.policy.groups[name].scenarios if name in self.policy.groups else name

    def compared(self, operator: type[ast.cmpop], left: Any, right: Any) -> Any:
        if left is MISSING or right is MISSING:
            return MISSING
        if operator in (ast.In, ast.NotIn):
            return (left in right) == (operator is ast.In)
        numbers = (int, Decimal)
        if isinstance(left, str) and isinstance(right, numbers):
            left = Decimal(left)
        if isinstance(right, str) and isinstance(left, numbers):
            right = Decimal(right)
        if operator in (ast.Eq, ast.NotEq):
            return ORDER[operator](left, right)
        return ORDER[operator](self.place(left), self.place(right))

    @staticmethod
    def place(value: Any) -> tuple[bool, Any]:
        """What has not happened comes after everything that has."""
        return (True, 0) if value is None else (False, value)

    def called(self, name: str, values: list[Any]) -> Any:
        match name:
            case "happened" | "given":
                return MISSING if values[0] is MISSING else values[0] is not None
            case "contains":
                return self.compared(ast.In, values[1], values[0])
            case "latest":
                return None if None in values else MISSING if MISSING in values else max(values)
            case "earliest":
                happened = [value for value in values if value is not None]
                return MISSING if MISSING in values else min(happened, default=None)
            case "date":
                return date.fromisoformat(values[0])
            case _:
                zone = self.fact(self.policy.facts[self.policy.zone_fact])
                if values[0] is None:
                    return None
                return MISSING if MISSING in (values[0], zone) else values[0].astimezone(ZoneInfo(zone)).date()


def with_formulas(formulas: list[str]) -> Version:
    """The workshop's version with these formulas as definitions `f0`, `f1`, ..."""
    policy = merged(WORKSHOP, {"define": {f"f{number}": text for number, text in enumerate(formulas)}})
    return load_text.__wrapped__(as_yaml(completed(policy))).version("1.0.0")


def evaluated(version: Version, document: Document, as_of: str, count: int) -> list[Any]:
    """What the definitions are in a case: true, false or MISSING. The facts that they wait for are unknown facts."""
    program = version.programs[document["scenario"]]
    case = version.read_case(document)
    run = Interpreter(program, case, parse_instant(as_of))
    found: list[Any] = []
    for number in range(count):
        value = run.value(f"f{number}")
        if isinstance(value, Unknown):
            waits_for = {*value.facts, *value.findings}
            assert waits_for
            assert not waits_for & set(case.values)
            found.append(MISSING)
        else:
            assert value is True or value is False
            found.append(value)
    return found


@modest(150)
@given(st.lists(Formulas(POLICY).formulas(), min_size=4, max_size=10), documents(POLICY), documents(POLICY), instants())
def test_what_is_accepted_is_safe_and_means_what_a_second_evaluator_says(
    formulas: list[str], one: Document, other: Document, as_of: str
) -> None:
    formulas = [text for text in formulas if len(text) <= 900]
    version = with_formulas(formulas)
    for document in (one, other):
        second = Second(POLICY, document, as_of)
        assert evaluated(version, document, as_of, len(formulas)) == [second.read(text) for text in formulas]


def test_formulas_over_the_shipped_facts_are_safe_on_made_up_disputes(version: Version) -> None:
    formulas: list[str] = []

    @modest(120)
    @given(Formulas(version.policy).formulas())
    def collect(text: str) -> None:
        formulas.append(text)

    collect()
    document = plain(version.policy.document)
    assert isinstance(document, dict)
    document["define"] |= {f"f{number}": text for number, text in enumerate(formulas)}
    amended = load_text.__wrapped__(as_yaml(document)).version(version.name)
    for number in range(60):
        found = dispute(number)
        if found.document["scenario"] == "unknown":
            continue
        second = Second(version.policy, found.document, found.as_of)
        assert evaluated(amended, found.document, found.as_of, len(formulas)) == [second.read(f) for f in formulas]


# ----------------------------------------------------------------------------------------------------- what is refused

REFUSED: Final[Mapping[str, str]] = {
    "one equals sign": "bike.gears = 3",
    "two statements": "bike.wet; bike.old",
    "a second line that is one": "bike.wet\nbike.old == bike.wet",
    "a method": "bike.kind.upper() == cargo",
    "a method of a list": "bike.shown.append(cracked)",
    "a clock": "shop.told_at < now()",
    "chance": "rand() < 1",
    "an attribute of Python": "bike.__class__ == bike.kind",
    "a builtin": "int",
    "a function that is not called": "happened",
    "a name that is none, though never reached": "bike.wet and bike.old and nope",
    "a number that is no condition": "bike.gears",
    "a text that is no condition": "'bike.wet'",
    "a list that is no condition": "[road]",
    "an instant that is no condition": "shop.told_at",
    "arithmetic": "bike.gears + 1 > 3",
    "a power": "9**9**9 > 1",
    "a shift": "1 << 99999 > 1",
    "a bit operator": "1 == 1 & 2 == 2",
    "a negative number": "bike.gears > -3",
    "a binary fraction": "bike.weight > 3.5",
    "a huge number": "bike.gears > 99999999999",
    "a number in letters": "bike.gears > 1e3",
    "an underscore in a number": "bike.gears > 'x'",
    "an index": "bike.shown[0] == cracked",
    "a conditional": "bike.wet if bike.old else bike.wet",
    "a lambda": "(lambda: bike.wet)()",
    "a comprehension": "[x for x in bike.shown]",
    "a walrus": "(x := bike.wet)",
    "an f-string": "f'{bike.kind}' == cargo",
    "a tuple": "bike.kind in (road, cargo)",
    "a set": "bike.kind in {road, cargo}",
    "a substring": "'oa' in bike.kind",
    "a chain": "1 < bike.gears < 3",
    "identity": "bike.kind is cargo",
    "none": "bike.price == None",
    "an argument by name": "happened(event=shop.told_at)",
    "starred arguments": "happened(*shop.told_at)",
    "too many arguments": "happened(shop.told_at, shop.told_at)",
    "too few arguments": "latest(shop.told_at)",
    "an event that is none": "happened(bike.wet)",
    "two kinds": "bike.kind == bike.gears",
    "two enums that share nothing": "bike.kind == bike.brake",
    "a list of two kinds": "bike.kind in [road, 3]",
    "a value of another fact": "bike.kind == disc",
    "an order of words": "bike.kind < cargo",
    "a fact with a typo": "bike.wett",
    "a comment": "bike.wet # and bike.old",
    "other letters": "bike.wet and ｂike.old",
    "a NUL": "bike.wet\0",
    "an open bracket": "(bike.wet",
    "two hundred brackets": "(" * 201 + "bike.wet" + ")" * 201,
    "five hundred nots": "not " * 500 + "bike.wet",
    "a thousand parts": " and ".join(["bike.wet"] * 1000),
    "nothing": " ",
}


SOUP: Final = re.findall(
    r"\S+",
    "bike.wet bike.kind bike.gears shop.told_at and or not in == < ( ) [ ] , cargo 3 '3' happened given day latest "
    "contains proven date unsettled . scenario record.awaits True None if else lambda * - : =",
)


@pytest.mark.parametrize("formula", REFUSED.values(), ids=REFUSED)
def test_refused_with_a_place(formula: str) -> None:
    rules = [{"when": formula, "stage": "waiting"}, {"else": True, "stage": "done"}]
    with pytest.raises(InvalidDocument) as refusal:
        load_data(merged(WORKSHOP, {"tables": {"stages": {"rules": rules}}}))
    assert all(problem.place is not None and problem.message for problem in refusal.value.diagnostics)


@modest(150)
@given(
    st.one_of(
        st.text(max_size=80),
        st.lists(st.sampled_from(SOUP), max_size=12).map(" ".join),
    )
)
def test_any_text_is_a_formula_or_is_refused(text: str) -> None:
    try:
        version = with_formulas(["bike.wet", text])
    except InvalidDocument:
        return
    for row in version.programs:
        case = version.read_case({"scenario": row, "facts": {}})
        Interpreter(version.programs[row], case, datetime(2025, 3, 12, tzinfo=UTC)).value("f1")


# -------------------------------------------------------------------------------------------------------- the unknown


def test_an_unknown_is_neither_true_nor_false() -> None:
    with pytest.raises(TypeError):
        bool(Unknown(("a.b",)))
    with pytest.raises(TypeError):
        assert not Unknown(("a.b",))


def test_what_unknowns_wait_for_together() -> None:
    one, other, finding = Unknown(("a.b",)), Unknown(("c.d", "a.b")), Unknown((), ("e.f",))
    assert one.and_also(other).facts == ("a.b", "c.d")
    assert finding.and_also(one).facts == ("a.b",)
    assert finding.waits_for_findings_only
    assert not one.and_also(finding).findings
    assert waiting(True, None, 5) is None
    together = waiting(True, one, False, other)
    assert together is not None and together.facts == ("a.b", "c.d")
