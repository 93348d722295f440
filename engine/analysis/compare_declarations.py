"""What differs in what a policy declares: facts, propositions, groups, fields, parties, proof, tables, names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from engine.analysis.canonical import same
from engine.analysis.citations import Citations, Citer, citations
from engine.analysis.differences import ALTERNATIVES, Change, Difference, Effect, Kind, alone
from engine.analysis.residual import residual
from engine.analysis.row_parts import CITES, READINGS, Side
from engine.document.nodes import plain
from engine.document.read import entries, items, numbers, texts, under
from engine.expr.check import PROVEN, Expression
from engine.link.parts import choices_read, expressions, formulas_read, of_table
from engine.link.program import Program
from engine.policy.model import ABSENT, Amended
from engine.source import Place

Values = Mapping[str, object]
_WORDING = frozenset(
    {
        *("title", "meaning", "ask", "example", "supplied_by", "description", "every_rule_says", "changes", "meanings"),
        *("amends", "takes"),
    }
)
# Blocks of a document that are compared part by part, and what tells one version from another.
_ELSEWHERE = frozenset(
    {
        *("policy", "version", "effective_from", "state", "changes", "amends", "takes"),
        *("facts", "propositions", "groups", "decision"),
        *("parties", "evidence", "define", "windows", "general_rules", "tables", "scenarios"),
    }
)
WORD = re.compile(r"[A-Za-z_][\w.]*")
_REASONS = frozenset({CITES, READINGS, "clauses"})


@dataclass(frozen=True, slots=True)
class Declared:
    """A declaration: its values by key, where it stands, and the rows in which something hangs on it."""

    values: Values
    place: Place
    rows: tuple[str, ...]


def declared_changes(before: Side, after: Side) -> Iterator[Change]:
    """The changes of everything that is declared, kind by kind."""
    kinds: dict[Kind, Callable[[Side], dict[str, Declared]]] = {
        "head": _head,
        "fact": _facts,
        "proposition": _propositions,
        "group": _groups,
        "field": _fields,
        "party": _parties,
        "proof": _proof,
        "name": _names,
        "table": _tables,
    }
    for kind, read in kinds.items():
        for change in _compared(kind, read(before), read(after)):
            yield replace(change, rows=_narrowed(change, before, after))


def _narrowed(change: Change, before: Side, after: Side) -> tuple[str, ...]:
    """The rows in which a change of a declaration takes effect, where its values tell more than its name."""
    only = change.differences[0] if len(change.differences) == 1 and change.what == "changed" else None
    if only is not None and change.kind == "group" and only.key == "scenarios":
        was, now = _texts(only.before), _texts(only.after)
        return tuple(row for row in change.rows if (row in now) != (row in was))
    if only is not None and change.kind == "party" and only.key == "may_prove":
        words = set(before.policy.parties[change.name].may_prove) ^ set(after.policy.parties[change.name].may_prove)
        matter = [(side, word) for side in (before, after) for word in words]
        return tuple(row for row in change.rows if any(_matters(side, row, word) for side, word in matter))
    if only is not None and only.key in ("means", ALTERNATIVES, "asked_if"):
        return tuple(row for row in change.rows if _differ_in(row, only.before, only.after, before, after))
    return change.rows


def _differ_in(row: str, was: object, now: object, before: Side, after: Side) -> bool:
    if row not in before.policy.rows or row not in after.policy.rows:
        return True
    return residual(was, before.reach(row)) != residual(now, after.reach(row))


def _texts(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, tuple) else ()


def _matters(side: Side, row: str, proposition: str) -> bool:
    """Whether a proposition is owed in a row, or read there."""
    if row not in side.policy.rows:
        return False
    return PROVEN + proposition in side.reach(row).names or any(part.name == proposition for part in side.evidence(row))


def register_changes(before: Side, after: Side) -> Iterator[Change]:
    """The sentences of the page and the unclear places that a version takes otherwise than the other one.

    A value of None is that of the registers, which both versions share."""
    olds, news = before.policy, after.policy
    cited = (
        [citations(side.version) for side in (before, after)]
        if any((olds.amends, news.amends, olds.takes, news.takes))
        else []
    )
    registered: tuple[tuple[Kind, str, Mapping[Any, Amended], Mapping[Any, Amended]], ...] = (
        ("clause", "gist", olds.amends, news.amends),
        ("reading", "taken", olds.takes, news.takes),
    )
    for kind, key, was, now in registered:
        for name in dict.fromkeys([*now, *was]):
            old, new = was.get(name), now.get(name)
            texts_of = (old.text if old else None, new.text if new else None)
            if texts_of[0] == texts_of[1]:
                continue
            named = [citer for found in cited for citer in _citers(found, name)]
            rows = dict.fromkeys(row for citer in named for row in citer.rows)
            places = (old.place if old else None, new.place if new else None)
            difference = Difference(key, *texts_of, "reasons")
            yield Change(kind, str(name), "changed", (difference,), rows=tuple(rows), before=places[0], after=places[1])


def _citers(found: Citations, name: str | int) -> tuple[Citer, ...]:
    return (found.clauses.get(name) if isinstance(name, str) else found.readings.get(name)) or ()


def row_words(before: Side, after: Side, row: str) -> Iterator[Change]:
    """What a row is called and what it says of itself."""
    yield from _compared("scenario", _row(before, row), _row(after, row), row)


def _compared(
    kind: Kind, olds: Mapping[str, Declared], news: Mapping[str, Declared], row: str | None = None
) -> Iterator[Change]:
    for name in dict.fromkeys([*news, *olds]):
        old, new = olds.get(name), news.get(name)
        if old is None or new is None:
            one = new or old
            assert one is not None
            found = tuple(
                alone(key, value, new is not None, _effect(key))
                for key, value in one.values.items()
                if value not in (None, (), {}, "")
            )
            yield Change(
                kind, name, "added" if new else "removed", found, row, rows=one.rows,
                before=old.place if old else None, after=new.place if new else None,
            )  # fmt: skip
            continue
        differing = list(_differing(old.values, new.values))
        if differing:
            rows = tuple(dict.fromkeys([*new.rows, *old.rows]))
            yield Change(kind, name, "changed", tuple(differing), row, rows=rows, before=old.place, after=new.place)


def _differing(old: Values, new: Values) -> Iterator[Difference]:
    for key in dict.fromkeys([*old, *new]):
        was, now = old.get(key), new.get(key)
        if isinstance(was, Mapping) and isinstance(now, Mapping):
            yield from _words(key, was, now)
        elif not same(was, now):
            yield Difference(key, was, now, _effect(key))


def _words(key: str, old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Difference]:
    """Values with their meanings: which came or went, and which mean something else now."""
    gone, come = tuple(w for w in old if w not in new), tuple(w for w in new if w not in old)
    if gone or come:
        yield Difference(key, gone, come, _effect(key))
    for word in old:
        if word in new and old[word] != new[word]:
            yield Difference(f"{key}.{word}", old[word], new[word], "wording")


def _effect(key: str) -> Effect:
    return "wording" if key in _WORDING else "reasons" if key in _REASONS else "decision"


# ------------------------------------------------------------------------------------------- the kinds of declarations


def _head(side: Side) -> dict[str, Declared]:
    """What holds of the policy as a whole: its title, whose zone and moment count, and blocks that no part reads."""
    policy, document = side.policy, side.policy.document
    values: dict[str, object] = {
        "title": policy.title,
        "time_zone": policy.zone_fact,
        "filed_at": policy.filed_fact,
    }
    for key, node in entries(document):
        if key not in _ELSEWHERE and key not in values:
            values[key] = tuple(_on_one_line(plain(item)) for item in items(node))
    return {"": Declared(values, document.place, tuple(policy.rows))}


def _on_one_line(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {_on_one_line(inner)}" for key, inner in value.items())
    return repr_of(value)


def _facts(side: Side) -> dict[str, Declared]:
    found = {}
    reads = {row: frozenset(side.reach(row).facts()) for row in side.policy.rows}
    for name, fact in side.policy.facts.items():
        values = {
            "type": fact.kind,
            "one_of": fact.values if fact.kind == "enum" else {},
            "finding": fact.finding or None,
            "nullable": fact.nullable or None,
            "if_absent": None if fact.if_absent is ABSENT else repr_of(fact.if_absent),
            "meaning": fact.meaning,
            "ask": fact.ask,
            "supplied_by": fact.supplied_by,
            "example": fact.example,
        }
        found[name] = Declared(values, fact.place, tuple(row for row, read in reads.items() if name in read))
    return found


def repr_of(value: object) -> str:
    """A value that a fact takes, as the document writes it."""
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    return f"[{', '.join(map(str, value))}]" if isinstance(value, list) else str(value) or '""'


def _propositions(side: Side) -> dict[str, Declared]:
    policy = side.policy
    found = {}
    for name, node in entries(under(policy.document, "propositions")):
        rows = tuple(row for row in policy.rows if _matters(side, row, name))
        found[name] = Declared({"meaning": policy.propositions[name]}, node.place, rows)
    return found


def _groups(side: Side) -> dict[str, Declared]:
    """The groups. Where no condition names one, nothing hangs on it but which rules a row must use."""
    texts_read = {one.text for program in side.version.programs.values() for one in everything_read(program)}
    words = {word for text in texts_read for word in WORD.findall(text)}
    found = {}
    for name, group in side.policy.groups.items():
        values = {"title": group.title, "scenarios": group.scenarios}
        found[name] = Declared(values, group.place, group.scenarios if name in words else ())
    return found


def everything_read(program: Program) -> Iterator[Expression]:
    """The expressions of a row, those of the definitions that it reads too."""
    yield from expressions(program)
    yield from (formula for _, formula in formulas_read(program))
    for table in choices_read(program):
        yield from of_table(table)


def _fields(side: Side) -> dict[str, Declared]:
    found = {}
    for name, field in side.policy.fields.items():
        values = {
            "values": field.values,
            "list_of": field.of if field.many and field.of != "values" else None,
            "list": field.many or None,
            "otherwise": field.otherwise or None,
            "if_unknown": field.if_unknown,
            "must_be_known": field.must_be_known or None,
            "written_as": field.written_as if field.written_as != name else None,
            "meaning": field.meaning,
        }
        rows = (row for row, p in side.version.programs.items() if any(name in t.fields for t in p.tables.values()))
        found[name] = Declared(values, field.place, tuple(rows))
    return found


def _parties(side: Side) -> dict[str, Declared]:
    found = {}
    for name, party in side.policy.parties.items():
        node = under(under(side.policy.document, "parties"), name)
        proves = texts(under(node, "may_prove"))
        values = {"title": party.title, "submits": party.submits, "may_prove": dict.fromkeys(proves, "") or None}
        rows = (row for row in side.policy.rows if any(part.party == name for part in side.periods(row)))
        found[name] = Declared(values, party.place, tuple(rows))
    return found


def _proof(side: Side) -> dict[str, Declared]:
    """What counts as proof besides the materials, and the clauses that all owed evidence rests on."""
    evidence, rows = side.policy.evidence, tuple(side.policy.rows)
    node = under(side.policy.document, "evidence")
    whole = {
        "periods": evidence.periods,
        "owed": evidence.owed,
        CITES: evidence.clauses,
        READINGS: evidence.readings,
    }
    found = {"": Declared(whole, node.place, rows)} if node is not None else {}
    for also in evidence.also:
        found[also.fact] = Declared({CITES: also.clauses, READINGS: also.readings}, also.place, rows)
    return found


def _names(side: Side) -> dict[str, Declared]:
    found = {}
    for name, node in side.policy.define.items():
        alternatives = [dict(entries(item)) for item in items(node)] if side.is_choice(name) else []
        values = dict(side.name_means(name)) | {
            CITES: tuple(dict.fromkeys(one for block in alternatives for one in texts(block.get(CITES)))),
            READINGS: tuple(dict.fromkeys(one for block in alternatives for one in numbers(block.get(READINGS)))),
        }
        rows = tuple(row for row in side.policy.rows if name in side.reach(row).names)
        found[name] = Declared(values, node.place, rows)
    return found


def _tables(side: Side) -> dict[str, Declared]:
    found = {}
    for name, head in side.policy.tables.items():
        values = {
            "title": head.title,
            "hit": head.hit,
            "asked_if": side.compiler.condition(head.asked_if),
            "per": head.per_row or None,
            "every_rule_says": head.every_rule_says,
        }
        found[name] = Declared(values, head.place, tuple(side.policy.rows))
    return found


def _row(side: Side, name: str) -> dict[str, Declared]:
    row = side.policy.rows[name]
    values = {"title": row.title, "description": row.description, "clauses": row.clauses}
    return {name: Declared(values, row.place, (name,))}
