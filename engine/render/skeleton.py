"""A case file to fill in: every fact that a row can need, with its question, its meaning and its values as comments."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator
from typing import Final

from engine.analysis.reach import Reach
from engine.case.limits import UNKNOWN
from engine.link.program import PartyRecord, Program
from engine.policy.model import ABSENT, Fact, Policy

WIDTH: Final = 100
EXAMPLE: Final = "2025-06-11T12:00:00-04:00"
KINDS: Final = {
    "bool": "true or false",
    "enum": "one of these",
    "integer": "a whole number",
    "decimal": "an exact number",
    "text": "a text",
    "zone": "a time zone",
    "date": "a day",
    "instant": "a moment with its offset",
    "event": "when it happened; null: it did not",
    "propositions": "a list of these, found to be proven",
    "submissions": "a list of what was handed in, each found to prove some of these",
}
EXAMPLES: Final = {"zone": "America/New_York", "date": "2025-06-11", "instant": EXAMPLE, "event": EXAMPLE}


def skeleton(program: Program, schema: str, made_by: str = "") -> str:
    """The case file as YAML with comments. `schema` is where editors find the schema of a case; `made_by` is the
    command that puts it there.

    As printed it is a valid case, of which nothing is known."""
    return "\n".join([*_head(program, schema, made_by), *_facts(program)]) + "\n"


def skeleton_data(program: Program) -> dict[str, object]:
    """The case file as plain data: all facts unknown that have no value to take when they are left out."""
    facts: dict[str, dict[str, object]] = {}
    for fact in _needed(program):
        if fact.if_absent is ABSENT:
            group, _, key = fact.name.partition(".")
            facts.setdefault(group, {})[key] = UNKNOWN
    return {"policy": program.policy.name, "scenario": program.scenario, "facts": facts}


def _needed(program: Program) -> list[Fact]:
    return [program.policy.facts[name] for name in Reach(program).facts()]


def _head(program: Program, schema: str, made_by: str) -> Iterator[str]:
    policy = program.policy
    row = policy.rows[program.scenario]
    yield f"# yaml-language-server: $schema={schema}"
    if made_by:
        yield f"# (for completion in an editor: {made_by})"
    yield from comment(f"{row.title}: {row.description}", "")
    yield from comment(
        f"Every fact that this scenario can need, by version {policy.version}. Put a value in place of `{UNKNOWN}`, or "
        "leave it: what is not known is asked for when it matters. What is commented out has the value that stands "
        "there; take away the `#` to say something else.",
        "",
    )
    yield f"policy: {policy.name}"
    yield f"scenario: {program.scenario}"
    yield "# title: what the case is about, in your own words"
    yield f"# as_of: {EXAMPLE}   # the moment of the decision; left out: now"
    yield ""
    yield "facts:"


def _facts(program: Program) -> Iterator[str]:
    groups: dict[str, list[Fact]] = {}
    for fact in _needed(program):
        groups.setdefault(fact.name.partition(".")[0], []).append(fact)
    records = {record.fact: record for record in program.records}
    for group, facts in groups.items():
        empty = all(fact.if_absent is not ABSENT for fact in facts)
        yield f"  {'# ' if empty else ''}{group}:"
        for fact in facts:
            yield from _about(fact, program.policy)
            yield from (f"    #   {value}: {meaning}" for value, meaning in _values(fact, records))
            yield from _value(fact)
            yield ""


def _about(fact: Fact, policy: Policy) -> Iterator[str]:
    """The question, the meaning, and what may stand there."""
    for text in dict.fromkeys((fact.ask, fact.meaning)):
        yield from comment(text, "    ")
    supplier = fact.supplied_by or ""
    title = policy.parties[supplier].title if supplier in policy.parties else supplier
    origin = f"; {'a finding by' if fact.finding else 'from'}: {title}" if title else "; a finding" * fact.finding
    null = "; null: there is none" if fact.nullable and fact.kind != "event" else ""
    example = fact.example or EXAMPLES.get(fact.kind)
    yield from comment(f"[{KINDS[fact.kind]}{null}{f'; such as {example}' if example else ''}{origin}]", "    ")


def _values(fact: Fact, records: dict[str, PartyRecord]) -> Iterator[tuple[str, str]]:
    """The words that may stand there, with their meanings; of materials, what the party may prove."""
    if fact.kind == "submissions" and fact.name in records:
        yield from ((word, fact.values[word]) for word in fact.values if word in records[fact.name].may_prove)
    elif fact.kind in ("enum", "propositions"):
        yield from fact.values.items()


def _value(fact: Fact) -> Iterator[str]:
    key = fact.name.partition(".")[2]
    if fact.if_absent is ABSENT:
        yield f"    {key}: {UNKNOWN}"
        return
    default = json.dumps(fact.if_absent, default=str)
    if fact.kind != "submissions":
        yield f"    # {key}: {default}"
        return
    yield f"    # {key}: {default}         # or, for instance:"
    yield f"    # {key}:"
    yield f"    #   - submitted_at: {EXAMPLE}"
    yield f"    #     proves: {UNKNOWN}      # nobody has assessed it yet; or a list of the words above"
    yield "    #     authentic: true      # false: found not to be authentic"


def comment(text: str, indent: str) -> Iterator[str]:
    for line in textwrap.wrap(text, WIDTH - len(indent) - 2, break_long_words=False, break_on_hyphens=False):
        yield f"{indent}# {line}"
