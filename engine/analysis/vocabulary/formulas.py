"""The names that formulas may use: facts, definitions, and what parties, the record, windows and tables give."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from engine.analysis.vocabulary.examples import field_for, holds, value, when
from engine.analysis.vocabulary.model import Meaning, Word
from engine.document.nodes import Sequence
from engine.document.read import items, text
from engine.expr.check import FUNCTIONS, Scope
from engine.expr.types import BOOL, Type
from engine.link.compile import Compiler
from engine.link.names import said_fields
from engine.policy.model import ABSENT, Fact, Policy
from engine.policy.word_meanings import PARTY_GIVES, RECORD_GIVES, WINDOW_GIVES
from engine.policy.words import ANY, PARTY_PARTS, RECORD, RECORD_PARTS, SCENARIO, WINDOW_PARTS

TRUTH: Final = str(BOOL)
SIGNS: Final = (
    ("and", "Both hold. What is not known stays open, unless the other does not hold.", "{bool} and {other}"),
    ("or", "At least one holds. What is not known stays open, unless the other holds.", "{bool} or {other}"),
    ("not", "It does not hold. What is not known stays unknown.", "not {bool}"),
    ("==", "Both are the same; for the other, `!=`.", "{word}"),
    ("<", "Earlier or less; also `<=`, `>`, `>=`, for instants, dates and numbers.", "{first} < {second}"),
    ("in", "It is one of these, in square brackets; after `scenario in` also a group.", "{member}"),
)


def fact_words(policy: Policy, scope: Scope) -> tuple[Word, ...]:
    """The facts, with what it means that nobody gave one."""
    submitting = {party.submits: party.name for party in policy.parties.values() if party.submits is not None}
    return tuple(_fact(fact, scope, submitting.get(fact.name, "")) for fact in policy.facts.values())


def _fact(fact: Fact, scope: Scope, party: str) -> Word:
    values = tuple(Meaning(name, meaning) for name, meaning in fact.values.items()) if fact.kind == "enum" else ()
    kind = f"{fact.kind}, a finding" if fact.finding else fact.kind
    # What a party handed in is read by the names that the party gives.
    example = f"{party}.{PARTY_PARTS[0]}" if party else holds(fact.name, fact.type, scope, tuple(fact.values))
    return Word(fact.name, kind, fact.meaning, when(example), values, absent(fact))


def absent(fact: Fact) -> str:
    """What a fact is that a case leaves out, and what null says of it."""
    if fact.if_absent is not ABSENT:
        left_out = f"left out: {shown(fact.if_absent)}"
    else:
        left_out = "left out: nobody has found it yet" if fact.finding else "left out: not known"
    null = {"event": "it has not happened", "bool": "counts as false"}.get(fact.kind, "there is none")
    return f"{left_out}; null: {null}" if fact.nullable else left_out


def shown(value: object) -> str:
    """A value of a fact as YAML has it."""
    if value is None or isinstance(value, bool):
        return "null" if value is None else str(value).lower()
    return f"[{', '.join(map(str, value))}]" if isinstance(value, list) else str(value)


def name_words(policy: Policy, compiler: Compiler) -> tuple[Word, ...]:
    """The definitions: formulas and choices."""
    return tuple(_name(name, policy, compiler) for name in policy.define)


def _name(name: str, policy: Policy, compiler: Compiler) -> Word:
    node, scope = policy.define[name], compiler.names.scope
    found = compiler.names.type_of(name) or BOOL
    if isinstance(node, Sequence):
        options = dict.fromkeys(text(item, "is") for item in items(node) if text(item, "is"))
        meaning = "The first that holds of: " + ", ".join(options or ["lists of values"]) + "."
    else:
        meaning = "Stands for: " + " ".join(str(getattr(node, "value", "")).split())
    field = field_for(found, policy)
    example = f"{field.name}: ={name}" if field else when(holds(name, found, scope))
    return Word(name, str(found), meaning, example)


def party_words(policy: Policy) -> tuple[Word, ...]:
    """What each party that submits gives."""
    parts = [
        Word(f"{party.name}.{part}", TRUTH, PARTY_GIVES[part].format(title=party.title),
             when(f"{party.name}.{part}"))
        for party in policy.parties.values() if party.submits is not None
        for part in PARTY_PARTS
    ]  # fmt: skip
    return tuple(parts)


def record_words(compiler: Compiler) -> tuple[Word, ...]:
    """What the record as a whole gives."""
    return tuple(
        _given(f"{RECORD}.{part}", RECORD_GIVES[part], compiler, tuple(compiler.policy.parties))
        for part in RECORD_PARTS
    )


def window_words(policy: Policy, compiler: Compiler) -> tuple[Word, ...]:
    """What each window gives, those of the parties, too."""
    periods = [f"{policy.evidence.periods}.{p.name}" for p in policy.parties.values() if p.submits is not None]
    words = []
    for window in (*policy.windows, *periods):
        meaning = text(policy.windows.get(window), "meaning")
        for part in WINDOW_PARTS:
            said = f"{meaning} {WINDOW_GIVES[part]}".strip() if part == WINDOW_PARTS[0] else WINDOW_GIVES[part]
            words.append(_given(f"{window}.{part}", said, compiler))
    return tuple(words)


def table_words(policy: Policy, compiler: Compiler) -> tuple[Word, ...]:
    """What each table gives: its outcome, field by field, and whether it has one."""
    words = []
    for table in policy.tables.values():
        words.append(_given(f"{table.name}.{ANY}", f"A rule of “{table.title}” holds.", compiler))
        for name in said_fields(policy, table.name):
            field = policy.fields[name]
            values = tuple(field.values) or tuple(policy.parties)
            words.append(_given(f"{table.name}.{name}", field.meaning, compiler, values))
    return tuple(words)


def _given(name: str, meaning: str, compiler: Compiler, values: tuple[str, ...] = ()) -> Word:
    found = compiler.names.type_of(name) or BOOL
    return Word(name, str(found), meaning, when(holds(name, found, compiler.names.scope, values)))


def scenario_words(policy: Policy, scope: Scope) -> tuple[Word, ...]:
    """The row of the case, and groups of rows."""
    rows = tuple(Meaning(row.name, row.title) for row in policy.rows.values())
    first = value(next(iter(policy.rows)), scope)
    words = [Word(SCENARIO, "one of the scenarios", "The scenario of the case.", when(f"{SCENARIO} == {first}"), rows)]
    words += [
        Word(group.name, "a group of scenarios", f"{group.title}: {', '.join(group.scenarios)}.",
             when(f"{SCENARIO} in {group.name}"))
        for group in policy.groups.values()
    ]  # fmt: skip
    return tuple(words)


# ----------------------------------------------------------------------------------------------- signs and functions


def function_words(policy: Policy, compiler: Compiler, standing: str) -> tuple[Word, ...]:
    """Signs and functions with what they take and give. `standing` is the table that may ask what is unsettled."""
    words = [Word(sign, TRUTH, meaning, when(example)) for sign, meaning, example in _signs(policy, compiler)]
    words += [Word(*function) for function in _functions(policy, compiler, standing)]
    return tuple(words)


def _signs(policy: Policy, compiler: Compiler) -> Iterator[tuple[str, str, str]]:
    scope = compiler.names.scope
    conditions = [holds(f.name, f.type, scope, tuple(f.values)) for f in policy.facts.values() if f.kind == "bool"]
    instants = _instants(policy, compiler)
    rows = [value(row, scope) for row in policy.rows]
    conditions.append(f"happened({instants[0]})")
    filled = {
        "bool": conditions[0],
        "other": conditions[1 % len(conditions)],
        "word": f"{SCENARIO} == {rows[0]}",
        "first": instants[0],
        "second": instants[-1],
        "member": f"{SCENARIO} in [{', '.join(rows[:2])}]",
    }
    for sign, meaning, pattern in SIGNS:
        yield sign, meaning, pattern.format(**filled)


def _functions(policy: Policy, compiler: Compiler, standing: str) -> Iterator[tuple[str, str, str, str]]:
    scope = compiler.names.scope
    instants = _instants(policy, compiler)
    one, other = instants[0], instants[-1]
    given = next((f for f in policy.facts.values() if f.kind != "bool" and f.nullable), policy.facts[policy.filed_fact])
    lists = [name for name in sorted(compiler.names.all()) if _is_list(compiler.names.type_of(name))]
    proposition = next(iter(policy.propositions), "")
    if proposition:
        yield (FUNCTIONS["proven"], "a proposition -> true or false", "It is proven, whoever's material in time proves "
               "it.", when(f"proven({proposition})"))  # fmt: skip
    yield (FUNCTIONS["happened"], "an instant -> true or false", "It has happened by the moment of the decision; with "
           "null it has not.", when(f"happened({one})"))  # fmt: skip
    yield (FUNCTIONS["given"], "any value but true or false -> true or false", "There is a value. Write it before "
           "comparing a number that may be absent: what is absent has no order.",
           when(f"given({given.name})"))  # fmt: skip
    if lists:
        found = compiler.names.type_of(lists[0]) or Type("list")
        yield (FUNCTIONS["contains"], "a list, a value of it -> true or false", "The value is in the list.",
               when(holds(lists[0], found, scope)))  # fmt: skip
    yield (FUNCTIONS["latest"], "instants -> an instant", "The latest of them; absent if one of them is.",
           f"after: latest({one}, {other})")  # fmt: skip
    yield (FUNCTIONS["earliest"], "instants -> an instant", "The earliest of them; one that is absent is later than "
           "all.", f"after: earliest({one}, {other})")  # fmt: skip
    yield (FUNCTIONS["day"], "an instant -> a date", "Its day in the zone of the dispute.",
           when(f"happened({one}) and day({one}) >= date('2025-03-01')"))  # fmt: skip
    yield (FUNCTIONS["date"], "a text -> a date", "A day. A change from a day on is a new version, not a condition on "
           "the date.", when(f"happened({one}) and day({one}) >= date('2025-03-01')"))  # fmt: skip
    others = [head for head in policy.tables.values() if head.name != standing]
    if asked := next((head for head in others if head.per_row), next(iter(others), None)):
        yield (FUNCTIONS["unsettled"], "a table -> true or false", "Its outcome waits for a finding. Only in a rule "
               f"of `{standing}`, which says where a case stands.", when(f"unsettled({asked.name})"))  # fmt: skip


def _instants(policy: Policy, compiler: Compiler) -> list[str]:
    facts = [fact.name for fact in policy.facts.values() if fact.kind in ("event", "instant")]
    return facts or [f"{RECORD}.complete_at"]


def _is_list(found: Type | None) -> bool:
    return found is not None and found.kind == "list" and bool(found.values)
