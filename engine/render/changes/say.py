"""What a part says under a key, in words, line by line."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from engine.analysis.differences import ALTERNATIVES, ID, PERIOD, POSITION, USE, WHEN, Change
from engine.expr.check import Expression
from engine.library import Registry
from engine.link.program import IS, Rule
from engine.pack import Version
from engine.policy.model import Policy
from engine.render.periods import spans_in_words
from engine.render.phrases import bare, capital, named
from engine.render.program_to_text import HITS, MEANWHILE
from engine.render.words import in_words, moment, said


class Saying:
    """Says the values of one version in the words that it declares."""

    def __init__(self, version: Version, registers: Registry) -> None:
        self.version = version
        self.policy: Policy = version.policy
        self.registers = registers.under(version.policy)

    def lines(self, change: Change, key: str, value: object) -> tuple[str, ...]:
        """A value of a part. What is not there says nothing, or what its absence means."""
        if change.kind in ("clause", "reading"):
            return self._registered(change)
        if value is None:
            return self._absent(change, key)
        match key, value:
            case (_, Expression()):
                return self._expression(key, value)
            case (str(), (tuple() as spans, bool() as latest)) if key == PERIOD:
                return spans_in_words(spans, latest, self.policy)
            case (str(), tuple()) if key == ALTERNATIVES:
                return tuple(self._alternative(rule) for rule in value)
            case (_, bool()):
                return ("yes" if value else "no",)
            case (_, Mapping()):
                return tuple(f"{word}: {meaning}" if meaning else self.word(word) for word, meaning in value.items())
            case (_, tuple()):
                return tuple(self._listed(change, key, str(one)) for one in value)
            case _:
                return (self._text(key, str(value)),)

    def _registered(self, change: Change) -> tuple[str, ...]:
        """What a sentence of the page says, or which of its readings an unclear place takes."""
        if change.kind == "clause":
            clause = self.registers.clauses.get(change.name)
            return (clause.gist,) if clause is not None else ()
        reading = self.registers.readings.get(int(change.name))
        return (f"{reading.taken}: {reading.readings.get(reading.taken, '')}",) if reading is not None else ()

    def section(self, clause: str) -> str:
        """The section of the page in which a clause stands."""
        return self.registers.clauses[clause].section if clause in self.registers.clauses else "a new sentence"

    def question(self, reading: str) -> str:
        """What an unclear place is about."""
        found = self.registers.readings.get(int(reading))
        return found.title if found is not None else f"Reading {reading}"

    def _absent(self, change: Change, key: str) -> tuple[str, ...]:
        if key == WHEN:
            first = change.kind == "rule" and self._hit(change.table) == "first"
            return ("always",) if change.kind == "evidence" or (change.kind == "rule" and not first) else ("otherwise",)
        if key == "asked_if":
            return ("always",)
        if key == "if_unknown" and change.kind in ("rule", "general rule"):
            return ("the decision waits",)
        if key == "if_absent":
            return ("not known; where it matters, a case without it waits",)
        if key == "may_prove":
            return ("everything",)
        if key == "deadlines" and change.kind in ("rule", "general rule"):
            return ("all",)
        return ()

    def _hit(self, table: str) -> str:
        return self.policy.tables[table].hit if table in self.policy.tables else "first"

    def _expression(self, key: str, value: Expression) -> tuple[str, ...]:
        if key in self.policy.fields:
            return tuple(capital(str(phrase)) for phrase in said(value, self.policy.fields[key], self.policy))
        if key == "met_by":
            return (moment(value, self.policy),)
        if isinstance(value.tree, ast.Constant) and value.type.kind != "bool":
            return (value.text,)
        return (in_words(value, self.policy),)

    def _alternative(self, rule: Rule) -> str:
        value = rule.says[IS]
        says = named(value.text) if isinstance(value.tree, ast.Constant) else in_words(value, self.policy)
        return f"{says}, if {in_words(rule.when, self.policy)}" if rule.when is not None else f"{says}, otherwise"

    def _listed(self, change: Change, key: str, word: str) -> str:
        if key in ("one_of", "values"):
            return f"{word}: {self._meaning(change, word)}"
        return self.word(word)

    def _meaning(self, change: Change, word: str) -> str:
        declared = self.policy.facts if change.kind == "fact" else self.policy.fields
        return declared[change.name].values.get(word, "") if change.name in declared else ""

    def word(self, word: str) -> str:
        """What a declared word stands for: the title of a row or a party, the sentence of a proposition."""
        policy = self.policy
        if word in policy.rows:
            return policy.rows[word].title
        if word in policy.parties:
            return policy.parties[word].title
        return bare(policy.propositions[word]) if word in policy.propositions else word

    def _text(self, key: str, text: str) -> str:
        if key == POSITION:
            return f"after “{capital(named(text))}”" if text else "before all others"
        if key == "if_unknown":
            return MEANWHILE.get(text, text)
        if key == "hit":
            return HITS[text]
        if key in (ID, USE, "paused_by"):
            return capital(named(text))
        return self.word(text) if key == "party" else text
