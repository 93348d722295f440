"""The words that documents write beside formulas: what rules say, keys, general rules, clauses and readings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from engine.analysis.vocabulary.examples import AMOUNT, DAY, holds, says, value, when
from engine.analysis.vocabulary.model import Meaning, Word
from engine.analysis.vocabulary.sections import KEYS_OF
from engine.document.read import entries, under
from engine.expr.check import Scope
from engine.library import Registry
from engine.link.general import GeneralRule
from engine.link.program import Program
from engine.policy.model import Field, Policy
from engine.policy.schemas import shipped
from engine.policy.words import ALL

FORMULA: Final = " A formula: "  # begins what the schema says of every formula alike


def proposition_words(policy: Policy) -> tuple[Word, ...]:
    """What can be proven."""
    return tuple(
        Word(name, "a proposition", meaning, when(f"proven({name})"),
             tuple(Meaning(p.name, f"{p.title} may prove it.") for p in policy.parties.values()
                   if p.submits is not None and name in p.may_prove))
        for name, meaning in policy.propositions.items()
    )  # fmt: skip


def party_words(policy: Policy) -> tuple[Word, ...]:
    """The parties, where a document names one."""
    return tuple(
        Word(party.name, "a party", f"{party.title}.", f"party: {party.name}") for party in policy.parties.values()
    )


def outcome_words(policy: Policy) -> tuple[Word, ...]:
    """What rules say: every field with every value."""
    words = [word for field in policy.fields.values() for word in _outcomes(field, policy)]
    return tuple(words)


def _outcomes(field: Field, policy: Policy) -> list[Word]:
    written = f", written as `{field.written_as}`" if field.written_as != field.name else ""
    if field.of == "parties":
        values = {party.name: party.title for party in policy.parties.values()}
    elif field.of == "evidence":
        values = {f"{p.name}.{q}": policy.propositions[q] for p in policy.parties.values() if p.submits is not None
                  for q in p.may_prove[:1]}  # fmt: skip
    else:
        values = dict(field.values)
    if field.otherwise:
        values.setdefault(field.otherwise, f"{field.written_as} when no rule says one.")
    kind = f"a list{written}" if field.many else f"one value{written}"
    first = next(iter(values), "")
    example = says(field, first) if first else f"{field.name}: []"
    if field.of != "values":
        listed = tuple(Meaning(*one) for one in values.items())
        return [Word(field.name, kind, field.meaning, example, listed)]
    whole = Word(field.name, kind, field.meaning, example)
    return [whole, *(Word(v, f"a value of {field.name}", meaning, says(field, v)) for v, meaning in values.items())]


def general_words(general: Mapping[str, GeneralRule]) -> tuple[Word, ...]:
    """The general rules."""
    return tuple(_general(name, rule) for name, rule in general.items())


def _general(name: str, general: GeneralRule) -> Word:
    rule = general.rule
    meaning = f"Holds when {' '.join(rule.when.text.split())}." if rule.when else "Has no condition of its own."
    if general.required_in == ALL:
        meaning += " Required in every scenario."
    elif general.required_in:
        meaning += f" Required in {general.required_in}."
    said = tuple(Meaning(field, value.text) for field, value in rule.says.items())
    return Word(name, "a general rule", meaning, f"use: {name}", said)


def table_words(policy: Policy) -> tuple[Word, ...]:
    """The tables with their hit policy."""
    return tuple(
        Word(head.name, f"hit: {head.hit}", f"{head.title}. " + (
            "Read from the top, the first rule that holds decides." if head.hit == "first"
            else "Every rule that holds counts."
        ) + (" Each scenario has rules of its own." if head.per_row else " The same in every scenario."),
            f"hit: {head.hit}", tuple(Meaning(name, policy.fields[name].meaning) for name in head.every_rule_says))
        for head in policy.tables.values()
    )  # fmt: skip


def deadline_words(programs: Mapping[str, Program]) -> tuple[Word, ...]:
    """The names of deadlines."""
    found: dict[str, str] = {}
    for program in programs.values():
        for window in (*program.windows, *(r.window for r in program.records if r.window)):
            if window.deadline:
                found.setdefault(window.deadline, window.meaning or f"The end of `{window.name}`.")
    return tuple(Word(name, "a deadline", meaning, f"deadlines: [{name}]") for name, meaning in found.items())


# ------------------------------------------------------------------------------------------------------------- keys


def key_words(kind: str, policy: Policy, scope: Scope, registers: Registry) -> tuple[Word, ...]:
    """The keys that a part of this kind may have: a rule, a window, and so on."""
    examples = _key_examples(policy, scope, registers)
    properties: dict[str, Any] = shipped("policy")["$defs"][kind]["properties"]
    return tuple(
        Word(key, f"a key of {KEYS_OF[kind]}", schema["description"].partition(FORMULA)[0], examples[key],
             tuple(Meaning(str(one), "") for one in schema.get("enum", ())))
        for key, schema in properties.items() if key in examples
    )  # fmt: skip


def _key_examples(policy: Policy, scope: Scope, registers: Registry) -> dict[str, str]:
    """An example for each key, as far as the version has what it names."""
    facts = policy.facts.values()
    event = next((f.name for f in facts if f.kind in ("event", "instant")), policy.filed_fact)
    condition = next((holds(f.name, f.type, scope) for f in facts if f.kind == "bool"), f"happened({event})")
    field = next((f for f in policy.fields.values() if f.of == "values" and f.values), None)
    holder = next((name for name, window in policy.windows.items() if under(window, "met_by")), None)
    named = [node for window in policy.windows.values() for key, node in entries(window) if key == "deadline"]
    deadline = str(getattr(named[0], "value", "")) if named else None
    examples = {
        "id": "a-name-that-reads-as-a-sentence",
        "use": next(iter(policy.general_rules), None),
        "when": condition,
        "else": "true",
        "and_when": condition,
        "not_used": "Why it takes no part here.",
        "if_unknown": "decide_without",
        "no_longer_owed_by": f"[{next(iter(policy.parties))}]",
        "deadlines": deadline and f"[{deadline}]",
        "cites": f"[{next(iter(registers.clauses), 'a.clause')}]",
        "readings": f"[{next(iter(registers.readings), 1)}]",
        "required_in": next(iter(policy.groups), ALL),
        "meaning": "What the window is for.",
        "party": next(iter(policy.parties)),
        "within": "15 calendar days",
        "after": event,
        "until": DAY,
        "whichever": "latest",
        "asked_if": condition,
        "deadline": deadline or "its_name_in_the_decision",
        "met_by": event,
        "paused_by": holder,
        "proposition": next(iter(policy.propositions), None),
        "counts_from": event,
        "because": "Why these cases stay with an earlier version.",
        "is": value(next(iter(field.values)), scope) if field else AMOUNT,
    }
    return {key: f"{key}: {example}" for key, example in examples.items() if example is not None}


# -------------------------------------------------------------------------------------------------------- registers


def clause_words(registers: Registry) -> tuple[Word, ...]:
    """The clauses of the published page."""
    return tuple(
        Word(clause.id, f"{clause.section}, {clause.number}", clause.gist, f"cites: [{clause.id}]")
        for clause in registers.clauses.values()
    )


def reading_words(registers: Registry) -> tuple[Word, ...]:
    """The readings of unclear places."""
    return tuple(
        Word(str(reading.number), "a reading", f"{reading.title}: {reading.readings[reading.taken]}",
             f"readings: [{reading.number}]")
        for reading in registers.readings.values()
    )  # fmt: skip
