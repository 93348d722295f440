"""A version to its vocabulary, and words found in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from engine.analysis.vocabulary import documents, formulas
from engine.analysis.vocabulary.formulas import TRUTH
from engine.analysis.vocabulary.model import NotKnown, Section, Vocabulary, Word
from engine.analysis.vocabulary.sections import KEYS_OF, SECTIONS
from engine.diagnostics import did_you_mean
from engine.library import Registry
from engine.link.compile import Citable, Compiler
from engine.link.findings import Findings
from engine.link.general import general_rules
from engine.pack import Version
from engine.policy.model import ABSENT, Fact, Policy


def vocabulary(version: Version, registers: Registry) -> Vocabulary:
    """Every word of a version, with the clauses and readings of its pack."""
    policy = version.policy
    registers = registers.under(policy)
    compiler = Compiler(policy, Citable(), Findings())
    scope = compiler.names.scope
    standing = next((program.standing.name for program in version.programs.values()), "")
    words: dict[str, tuple[Word, ...]] = {
        "facts": formulas.fact_words(policy, scope),
        "names": formulas.name_words(policy, compiler),
        "party_names": formulas.party_words(policy),
        "record_names": formulas.record_words(compiler),
        "window_names": formulas.window_words(policy, compiler),
        "table_names": formulas.table_words(policy, compiler),
        "scenarios": formulas.scenario_words(policy, scope),
        "functions": formulas.function_words(policy, compiler, standing),
        "propositions": documents.proposition_words(policy),
        "parties": documents.party_words(policy),
        "outcomes": documents.outcome_words(policy),
        "general_rules": documents.general_words(general_rules(policy)),
        "tables": documents.table_words(policy),
        "deadlines": documents.deadline_words(version.programs),
        **{f"{kind}_keys": documents.key_words(kind, policy, scope, registers) for kind in KEYS_OF},
        "clauses": documents.clause_words(registers),
        "readings": documents.reading_words(registers),
    }
    owed = policy.evidence.owed
    filled = tuple(
        Section(name, title, how.replace("{owed}", owed), words[name])
        for name, (title, how) in SECTIONS.items()
        if words[name]
    )
    return Vocabulary(policy.name, policy.version, filled, tuple(_not_known(policy)))


def _not_known(policy: Policy) -> Iterator[NotKnown]:
    """The ways of not knowing a fact, which are not the same."""

    def first(fits: Callable[[Fact], bool]) -> str:
        return next((fact.name for fact in policy.facts.values() if fits(fact)), "")

    yield NotKnown(
        "not known",
        "left out, or `unknown`",
        "Nobody has told us.",
        "Open: neither it nor its `not` holds. The decision waits for it, if it matters.",
        "Open.",
        first(lambda fact: fact.if_absent is ABSENT and not fact.finding),
    )
    yield NotKnown(
        "declared",
        "left out, where the fact says `if_absent: X`",
        "X.",
        "As X.",
        "As X.",
        first(lambda fact: fact.if_absent is not ABSENT and fact.if_absent is not None),
    )
    yield NotKnown(
        "known not to be",
        "`null`",
        "It is known that there is none, or that it did not happen.",
        "`happened(x)` and `given(x)` are false; true-or-false counts as false.",
        "An event is later than everything. A number or a day has no order: write `given(x) and` before it. "
        "`==` is false, `!=` true.",
        first(lambda fact: fact.nullable),
    )
    yield NotKnown(
        "not found yet",
        "a finding left out",
        "Nobody has judged it yet; the engine never does.",
        "Open: the case waits for a person, if it matters, and for no fact.",
        "Open.",
        first(lambda fact: fact.if_absent is ABSENT and fact.finding),
    )


# --------------------------------------------------------------------------------------------------- finding a word


def only(whole: Vocabulary, wanted: str) -> Vocabulary:
    """The words with this text in their name or that of a value, or of this type; else those with it in their meaning.

    Of what is not known, what has it in its name. Without any such word there are no sections."""
    text = wanted.casefold()

    def named(word: Word) -> bool:
        names = (word.name, *(value.name for value in word.values))
        of_type = word.type != TRUTH and text in re.findall(r"[\w.]+", word.type.casefold())
        return of_type or any(text in name.casefold() for name in names)

    def told(word: Word) -> bool:
        texts = (word.meaning, word.absent, word.example, *(value.text for value in word.values))
        return any(text in told.casefold() for told in texts)

    sections = _having(whole, named) or _having(whole, told)
    not_known = tuple(row for row in whole.not_known if text in f"{row.name} {row.written}".casefold())
    return replace(whole, sections=sections, not_known=not_known)


def _having(whole: Vocabulary, fits: Callable[[Word], bool]) -> tuple[Section, ...]:
    kept = (replace(section, words=tuple(filter(fits, section.words))) for section in whole.sections)
    return tuple(section for section in kept if section.words)


def nearest(whole: Vocabulary, wanted: str) -> str | None:
    """A hint with the word nearest to one that does not exist."""
    names = dict.fromkeys(part for _, word in whole.words() for part in (word.name, *_parts(word.name)))
    names |= dict.fromkeys(value.name for _, word in whole.words() for value in word.values)
    return did_you_mean(wanted, names)


def _parts(name: str) -> list[str]:
    return [part for part in name.replace("(", ".").replace("_", ".").split(".") if len(part) > 3]
