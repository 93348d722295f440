"""A pack in which everything that the pack declares has another name: ids of facts, parties, fields, values, windows,
tables, rules, rows. Clauses and readings keep theirs: they are those of the registers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine.document import plain
from engine.policy.model import Policy
from tests.small_packs import as_yaml

NAME = re.compile(r"(?<![\w.'-])[a-z_]\w*(?:\.[a-z_]\w*)*")
LANGUAGE = re.compile(
    "and|or|not|in|true|false|scenario|proven|happened|given|contains|latest|earliest|day|date|unsettled|record"
)
FORMULAS = frozenset({"when", "and_when", "asked_if", "after", "met_by", "is", "counts_from"})


def new(name: str) -> str:
    """The other name of a part of a name: it begins and ends with other letters."""
    return f"z{name}y"


class Renamed:
    """The names of a policy and their other names."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.facts = {name: ".".join(new(part) for part in name.split(".")) for name in policy.facts}
        self.periods, self.owed = new(policy.evidence.periods), new(policy.evidence.owed)
        self.parties = {name: new(name) for name in policy.parties}
        self.fields = {name: new(name) for name in policy.fields}
        self.words = {
            word: new(word)
            for block in (
                *(policy.propositions, policy.groups, policy.define, policy.windows, policy.tables, policy.rows),
                *(fact.values for fact in policy.facts.values()),
                *(field.values for field in policy.fields.values()),
                *(policy.parties, policy.fields, {field.otherwise: "" for field in policy.fields.values()}),
            )
            for word in block
            if word
        }
        self.deadlines: set[str] = set()

    # ------------------------------------------------------------------------------------------------- names

    def name(self, name: str) -> str:
        """A name, as formulas and lists write it."""
        if name in self.facts:
            return self.facts[name]
        head, _, rest = name.partition(".")
        if LANGUAGE.fullmatch(head):
            return name
        if head == self.policy.evidence.periods:
            party, _, part = rest.partition(".")
            return f"{self.periods}.{new(party)}" + (f".{part}" if part else "")
        if not rest:
            return self.words.get(name, name)
        if head in self.policy.tables and rest != "any":
            return f"{new(head)}.{new(rest)}"
        if head in self.policy.parties and rest in self.policy.propositions:
            return f"{new(head)}.{new(rest)}"
        return f"{new(head)}.{rest}"

    def formula(self, text: str) -> str:
        return NAME.sub(lambda match: self.name(match.group()), text)

    def value(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self.value(item) for item in value]
        if isinstance(value, str) and value.startswith("="):
            return self.formula(value)
        return self.name(value) if isinstance(value, str) else value

    # ------------------------------------------------------------------------------------------------- the document

    def write(self, folder: Path) -> Path:
        """The renamed version in a pack of its own, beside nothing else. Returns the pack's folder."""
        document: Any = plain(self.policy.document)
        changed = {key: self._block(key, value) for key, value in document.items()}
        (folder / f"{self.policy.version}.yaml").write_text(as_yaml(changed), encoding="utf-8")
        return folder

    def _block(self, key: str, value: Any) -> Any:
        match key:
            case "policy":
                return "quite-another-pack"
            case "time_zone" | "filed_at":
                return self.facts[value]
            case "facts":
                return {self.facts[name]: self._fact(fact) for name, fact in value.items()}
            case "propositions":
                return {new(name): text for name, text in value.items()}
            case "groups":
                return {new(n): {**g, "scenarios": [new(row) for row in g["scenarios"]]} for n, g in value.items()}
            case "decision":
                return {new(name): self._field(name, field) for name, field in value.items()}
            case "parties":
                return {new(name): self._party(party) for name, party in value.items()}
            case "evidence":
                return self._evidence(value)
            case "define":
                return {new(name): self._define(formula) for name, formula in value.items()}
            case "windows":
                return {new(name): self.rule(window) for name, window in value.items()}
            case "general_rules":
                return {name: self.rule(rule) for name, rule in value.items()}
            case "tables":
                return {new(name): self._table(table) for name, table in value.items()}
            case "scenarios":
                return {new(name): self._row(row) for name, row in value.items()}
            case _:
                return value

    def _fact(self, fact: Mapping[str, Any]) -> Any:
        changed = dict(fact)
        if "one_of" in fact:
            changed["one_of"] = {new(value): text for value, text in fact["one_of"].items()}
        return changed

    def _field(self, name: str, field: Mapping[str, Any]) -> Any:
        changed: dict[str, Any] = {**field, "written_as": new(field.get("written_as", name))}
        for key in ("one_of", "list_of"):
            if isinstance(field.get(key), dict):
                changed[key] = {new(value): text for value, text in field[key].items()}
        if "otherwise" in field:
            changed["otherwise"] = new(field["otherwise"])
        if "one_of" in field and "if_unknown" in field:
            changed["if_unknown"] = new(field["if_unknown"])
        return changed

    def _party(self, party: Mapping[str, Any]) -> Any:
        changed = self.rule({key: value for key, value in party.items() if key not in ("submits", "may_prove")})
        if "submits" in party:
            changed["submits"] = self.facts[party["submits"]]
        if "may_prove" in party:
            changed["may_prove"] = [new(name) for name in party["may_prove"]]
        return changed

    def _evidence(self, evidence: Mapping[str, Any]) -> Any:
        also = [{**one, "fact": self.facts[one["fact"]]} for one in evidence.get("also_proven_by", [])]
        return {**evidence, "periods": self.periods, "owed": self.owed, "also_proven_by": also}

    def _define(self, formula: Any) -> Any:
        return [self.rule(item) for item in formula] if isinstance(formula, list) else self.formula(formula)

    def _table(self, table: Mapping[str, Any]) -> Any:
        changed = self.rule({key: value for key, value in table.items() if key not in ("rules", "every_rule_says")})
        if "every_rule_says" in table:
            changed["every_rule_says"] = [new(name) for name in table["every_rule_says"]]
        if "rules" in table:
            changed["rules"] = [self.rule(rule) for rule in table["rules"]]
        return changed

    def _row(self, row: Mapping[str, Any]) -> Any:
        changed: dict[str, Any] = {}
        evidence = self.policy.evidence
        for key, value in row.items():
            if key == evidence.periods:
                changed[self.periods] = {new(party): self.rule(period) for party, period in value.items()}
            elif key == evidence.owed:
                changed[self.owed] = {new(p): [self.rule(owed) for owed in owes] for p, owes in value.items()}
            elif key in self.policy.windows:
                changed[new(key)] = self.rule(value)
            elif key in self.policy.tables:
                changed[new(key)] = [self.rule(rule) for rule in value]
            else:
                changed[key] = value
        return changed

    def rule(self, block: Mapping[str, Any]) -> dict[str, Any]:
        """A rule, a window, an alternative or an owed proposition: language keys stay, fields are renamed."""
        changed: dict[str, Any] = {}
        for key, value in block.items():
            if key in FORMULAS:
                changed[key] = self.formula(value) if isinstance(value, str) else self.value(value)
            elif key == "within" and isinstance(value, list):
                changed[key] = [self.rule(item) for item in value]
            elif key in self.policy.fields:
                changed[new(key)] = self.value(value)
            elif key in ("deadlines", "deadline") or key in ("no_longer_owed_by", "paused_by", "party", "proposition"):
                changed[key] = [new(name) for name in value] if isinstance(value, list) else new(value)
            elif key == "required_in":
                changed[key] = value if value == "all" else new(value)
            else:
                changed[key] = value
        return changed

    # ------------------------------------------------------------------------------------------------- cases, decisions

    def document(self, case: Mapping[str, Any]) -> dict[str, Any]:
        """The same case, in the other names."""
        facts: dict[str, dict[str, Any]] = {}
        for group, members in case["facts"].items():
            for key, value in members.items():
                fact = self.policy.facts[f"{group}.{key}"]
                facts.setdefault(new(group), {})[new(key)] = self._fact_value(fact.kind, value)
        scenario = case["scenario"]
        return {"scenario": scenario if scenario == "unknown" else new(scenario), "facts": facts}

    def _fact_value(self, kind: str, value: Any) -> Any:
        if value in (None, "unknown"):
            return value
        if kind == "enum":
            return new(value)
        if kind == "propositions":
            return [new(word) for word in value]
        if kind == "submissions":
            return [
                {**one, "proves": [new(word) for word in one["proves"]]} if isinstance(one.get("proves"), list) else one
                for one in value
            ]
        return value

    def decision(self, decision: Mapping[str, Any], twin: Mapping[str, Any]) -> dict[str, Any]:
        """The same decision, in the other names; what tells the packs apart is taken from the twin."""
        changed: dict[str, Any] = {}
        outward = {field.written_as: field for field in self.policy.fields.values()}
        for key, value in decision.items():
            if key in outward:
                changed[new(key)] = self.value(value)
            elif key == "scenario":
                changed[key] = value if value == "unknown" else new(value)
            elif key in ("missing_facts", "unassessed"):
                changed[key] = [self.name(fact) for fact in value]
            elif key == "deadlines":
                changed[key] = [self._deadline(deadline) for deadline in value]
            elif key == "reasons":
                changed[key] = [self._reason(reason) for reason in value]
            else:
                changed[key] = twin[key] if key in ("policy", "case_digest") else value
        return changed

    def _deadline(self, deadline: Mapping[str, Any]) -> dict[str, Any]:
        party = deadline["party"] and new(deadline["party"])
        return {**deadline, "name": new(deadline["name"]), "window": self.name(deadline["window"]), "party": party}

    def _reason(self, reason: Mapping[str, Any]) -> dict[str, Any]:
        facts = [self.facts[fact] for fact in reason["facts"]]
        table = self._table_name(reason["table"])
        rule = reason["rule"]
        numbered = rule.startswith(f"{reason['table']}-")
        if not reason["table"] or table == self.owed:
            rule = self.name(rule)
        elif numbered:
            rule = table + rule.removeprefix(reason["table"])
        return {**reason, "table": table, "rule": rule, "facts": facts}

    def _table_name(self, table: str) -> str:
        return self.owed if table == self.policy.evidence.owed else self.words.get(table, table)
