"""Conditions and values as a reader says them, in the words that the policy itself declares."""

from __future__ import annotations

import ast
from typing import Final, Literal

from engine.expr.scope import PROVEN, UNSETTLED, Expression
from engine.policy.model import Field, Policy
from engine.policy.words import RECORD, SCENARIO
from engine.render.phrases import Condition, Joined, Phrase, as_clause, bare, capital, either, named, party_title

ORDER: Final[dict[type[ast.cmpop], tuple[str, str]]] = {
    ast.Gt: ("is later than", "more than"),
    ast.GtE: ("is not earlier than", "at least"),
    ast.Lt: ("is earlier than", "less than"),
    ast.LtE: ("is not later than", "at most"),
}
OPPOSITE: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Gt: ast.LtE,
    ast.GtE: ast.Lt,
    ast.Lt: ast.GtE,
    ast.LtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
MIRRORED: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Gt: ast.Lt,
    ast.GtE: ast.LtE,
    ast.Lt: ast.Gt,
    ast.LtE: ast.GtE,
}
WINDOW_STATES: Final = {
    "running": ("is still running", "is not running"),
    "met": ("is met in time", "is not met in time"),
    "missed": ("is missed", "is not missed"),
    "ended": ("has ended", "has not ended"),
    "paused": ("is paused", "is not paused"),
}
WINDOW_MOMENTS: Final = {"starts": "the start of", "ends": "the end of"}
PARTY_STATES: Final = {
    "submitted": ("submitted materials in time", "submitted no materials in time"),
    "silent": ("is silent (nothing came in time)", "is not silent"),
    "late": ("submitted materials late", "submitted no materials late"),
    "not_authentic": ("submitted materials that are not authentic", "submitted no materials that are not authentic"),
    "evidence_insufficient": ("has not proven all that it owes", "has proven all that it owes"),
}
RECORD_STATES: Final = {"awaits": ("materials are still awaited", "no materials are awaited any more")}
RECORD_VALUES: Final = {
    "complete_at": "the record is complete",
    "awaited": "the parties whose materials are awaited",
    "awaited_evidence": "what the awaited parties owe",
    "lacking": "what is owed and not proven",
}


def in_words(expression: Expression, policy: Policy) -> str:
    """What an expression of this policy says, on one line: a condition, an instant or a value."""
    match expression.type.kind:
        case "bool":
            return str(condition(expression, policy))
        case "instant":
            return moment(expression, policy)
        case _:
            return str(_Words(policy).value(expression.tree))


def condition(expression: Expression, policy: Policy) -> Condition:
    """A true-or-false expression as phrases, joined as it joins them."""
    return _Words(policy).truth(expression.tree, True)


def term_in_words(tree: ast.expr, policy: Policy, holds: bool) -> str:
    """A part of a condition in words, or its opposite."""
    return str(_Words(policy).truth(tree, holds))


def moment(expression: Expression, policy: Policy) -> str:
    """An instant as it stands behind `after`: what happens then."""
    return _Words(policy).moment(expression.tree)


def window_in_words(name: str, policy: Policy) -> str:
    """A window as people call it: `Submission period of the seller`."""
    return _Words(policy).window(name)


def said(expression: Expression, field: Field, policy: Policy) -> tuple[Phrase, ...]:
    """What a rule says for a field of the decision: the meanings of its values, or the definition that tells them."""
    words = _Words(policy)
    tree = expression.tree
    if not isinstance(tree, ast.Constant):
        found = words.value(tree)
        return (Phrase(f"see “{found.text}”", term=found.term) if found.term else found,)
    values = tree.value if isinstance(tree.value, tuple) else (tree.value,)
    nothing = "nobody" if field.of == "parties" else "nothing"
    return tuple(Phrase(words.field_value(field, str(v)).removesuffix(".")) for v in values) or (Phrase(nothing),)


class _Words:
    def __init__(self, policy: Policy) -> None:
        self.policy = policy

    # ------------------------------------------------------------------------------------------------- conditions

    def truth(self, tree: ast.expr, holds: bool) -> Condition:
        """The condition, or its opposite: a `not` goes down to what it denies."""
        match tree:
            case ast.BoolOp(op, parts):
                word: Literal["and", "or"] = "and" if isinstance(op, ast.And) == holds else "or"
                return self.joined(word, [self.truth(part, holds) for part in parts])
            case ast.UnaryOp(_, operand):
                return self.truth(operand, not holds)
            case ast.Compare(left, [op], [right]):
                return self.comparison(left, type(op) if holds else OPPOSITE[type(op)], right)
            case ast.Call(ast.Name(_), [argument]):
                return self.asked(argument, holds)
            case ast.Constant(value):
                return Phrase("always" if value == holds else "never")
            case _:
                return self.name(_name(tree), holds)

    @staticmethod
    def joined(word: Literal["and", "or"], parts: list[Condition]) -> Joined:
        flat: list[Condition] = []
        for part in parts:
            flat.extend(part.parts if isinstance(part, Joined) and part.word == word else [part])
        return Joined(word, tuple(flat))

    def asked(self, argument: ast.expr, holds: bool) -> Phrase:
        """`happened(x)` and `given(x)`."""
        name = _name(argument)
        fact = self.policy.facts.get(name)
        if fact is None:
            return Phrase(f"{self.value(argument)} {'is known' if holds else 'does not come'}")
        if fact.kind == "event":
            return Phrase("" if holds else "it has not happened that", bare(fact.meaning))
        return Phrase("there is a value" if holds else "there is no value", bare(fact.meaning))

    def name(self, name: str, holds: bool) -> Phrase:
        policy = self.policy
        if name.startswith(PROVEN):
            quote = policy.propositions[name.removeprefix(PROVEN)]
            return Phrase("it is proven that" if holds else "it is not proven that", bare(quote))
        if name.startswith(UNSETTLED):
            title = policy.tables[name.removeprefix(UNSETTLED)].title
            return Phrase(f"“{title}” {'is still' if holds else 'is not'} open for a finding")
        if name in policy.facts:
            return Phrase("" if holds else "it is not true that", bare(policy.facts[name].meaning))
        if name in policy.define:
            return Phrase(named(name) if holds else f"not “{named(name)}”", term=name)
        head, _, part = name.rpartition(".")
        side = 0 if holds else 1
        if head == RECORD:
            return Phrase(RECORD_STATES[part][side])
        if head in policy.parties:
            return Phrase(f"{party_title(policy.parties[head])} {PARTY_STATES[part][side]}")
        if head in policy.tables:
            return Phrase(f"{'a' if holds else 'no'} rule of “{policy.tables[head].title}” holds")
        return Phrase(f"“{self.window(head)}” {WINDOW_STATES[part][side]}")

    def window(self, name: str) -> str:
        """A window as people call it."""
        periods, _, party = name.rpartition(".")
        if periods and party in self.policy.parties:
            return capital(f"{named(periods)} of {party_title(self.policy.parties[party])}")
        return capital(named(name))

    # ------------------------------------------------------------------------------------------------ comparisons

    def comparison(self, left: ast.expr, op: type[ast.cmpop], right: ast.expr) -> Condition:
        equal = op in (ast.Eq, ast.In)
        if op in ORDER:
            return self.ordered(left, op, right)
        if _is_constant(left) and not _is_constant(right):
            return (
                self.membership(left, equal, right) if op in (ast.In, ast.NotIn) else self.comparison(right, op, left)
            )
        if isinstance(right, ast.Constant) and isinstance(right.value, bool):
            return self.truth(left, equal == right.value)
        if not isinstance(right, ast.Constant):
            joint = "is among" if op is ast.In else "is not among" if op is ast.NotIn else "is" if equal else "is not"
            return Phrase(f"{self.value(left)} {joint} {self.value(right)}")
        values = right.value if isinstance(right.value, tuple) else (right.value,)
        return self.equality(left, equal, values)

    def equality(self, left: ast.expr, equal: bool, values: tuple[object, ...]) -> Phrase:
        name = _name(left)
        joint = "" if equal else "not "
        if name == SCENARIO:
            return Phrase(
                f"the scenario is {joint}{either(r.title for r in self.policy.rows.values() if r.name in values)}"
            )
        if not all(isinstance(value, str) for value in values):
            return Phrase(f"{self.label(left)}: {joint}{either(str(value) for value in values)}")
        spoken = either(f"“{bare(self.literal(name, str(value)))}”" for value in values)
        return Phrase(f"{joint}{spoken} ({self.label(left)})")

    def membership(self, left: ast.expr, inside: bool, right: ast.expr) -> Phrase:
        value = self.literal(_name(right), str(left.value) if isinstance(left, ast.Constant) else "")
        return Phrase(f"“{bare(value)}” {'stands' if inside else 'does not stand'} under “{self.label(right)}”")

    def ordered(self, left: ast.expr, op: type[ast.cmpop], right: ast.expr) -> Phrase:
        if _is_constant(left):
            left, op, right = right, MIRRORED[op], left
        moments, amounts = ORDER[op]
        if self.counts(left) or self.counts(right):
            return Phrase(f"{self.label(left)}: {amounts} {self.value(right)}")
        return Phrase(f"{self.value(left)} {moments} {self.value(right)}")

    def counts(self, tree: ast.expr) -> bool:
        fact = self.policy.facts.get(_name(tree))
        return fact is not None and fact.kind in ("integer", "decimal")

    # ----------------------------------------------------------------------------------------------------- values

    def label(self, tree: ast.expr) -> str:
        """What is compared, before a colon."""
        name = _name(tree)
        fact = self.policy.facts.get(name)
        if fact is not None:
            return as_clause(fact.ask if fact.kind in ("integer", "decimal") else fact.meaning)
        return str(self.value(tree))

    def value(self, tree: ast.expr) -> Phrase:
        """An instant, a number, a word or a list."""
        match tree:
            case ast.Constant(value):
                values = value if isinstance(value, tuple) else (value,)
                return Phrase(", ".join(str(v) for v in values) or "nothing")
            case ast.Call(ast.Name(function), arguments):
                return Phrase(f"the {function} of {self.listed(arguments)}")
        name = _name(tree)
        if name in self.policy.define:
            return Phrase(named(name), term=name)
        fact = self.policy.facts.get(name)
        if fact is not None:
            return Phrase(f"“{bare(fact.meaning)}”" if fact.type.kind == "instant" else self.label(tree))
        if name == SCENARIO:
            return Phrase("the scenario")
        head, _, part = name.rpartition(".")
        if head == RECORD:
            return Phrase(f"the moment when {RECORD_VALUES[part]}" if part == "complete_at" else RECORD_VALUES[part])
        if head in self.policy.tables:
            return Phrase(named(self.policy.fields[part].written_as))
        if part in WINDOW_MOMENTS:
            return Phrase(f"{WINDOW_MOMENTS[part]} “{self.window(head)}”")
        return self.name(name, True)

    def listed(self, arguments: list[ast.expr]) -> str:
        *most, last = [str(self.value(argument)) for argument in arguments]
        return f"{', '.join(most)} and {last}" if most else last

    def moment(self, tree: ast.expr) -> str:
        name = _name(tree)
        fact = self.policy.facts.get(name)
        if fact is not None:
            return as_clause(fact.meaning)
        return RECORD_VALUES[name.rpartition(".")[2]] if name.startswith(f"{RECORD}.") else str(self.value(tree))

    def literal(self, name: str, value: str) -> str:
        """A value of what the name stands for."""
        fact = self.policy.facts.get(name)
        if fact is not None:
            return fact.values.get(value, value)
        field = self.policy.fields.get(name.rpartition(".")[2])
        if name.rpartition(".")[0] in self.policy.tables and field is not None:
            return self.field_value(field, value)
        if name.startswith(f"{RECORD}."):
            return self.party_or_evidence(value)
        return named(value)

    def field_value(self, field: Field, value: str) -> str:
        if field.of != "values":
            return self.party_or_evidence(value)
        return field.values.get(value) or named(value)

    def party_or_evidence(self, value: str) -> str:
        party, _, proposition = value.partition(".")
        if party not in self.policy.parties:
            return named(value)
        title = self.policy.parties[party].title
        return f"{title}: {self.policy.propositions[proposition]}" if proposition in self.policy.propositions else title


def _name(tree: ast.expr) -> str:
    return tree.id if isinstance(tree, ast.Name) else ""


def _is_constant(tree: ast.expr) -> bool:
    return isinstance(tree, ast.Constant)
