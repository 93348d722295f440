"""One batch of a table of cases: its columns as facts, and a row of it as the plain data of a case."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final, Literal

import numpy as np
import pyarrow as pa

from engine.columns.answers import Words
from engine.columns.buffers import filled, given, numbers
from engine.columns.cells import Cells, Unfit, cells
from engine.columns.layout import AS_OF, SAID, SCENARIO, facts_of
from engine.columns.vectors.values import NO_WORD, Coded
from engine.diagnostics import InvalidDocument, Report, did_you_mean, quoted
from engine.policy.model import Fact, Policy

Empty = Literal["unknown", "null"]
UNREADABLE: Final = "\x00unreadable"  # a column of what is wrong with rows that could not be read at all
SAID_CODES: Final = {"null": 1, "unknown": 2}
NOTHING_SAID: Final = 0
NEITHER: Final = 3


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns of a table mean what. `facts` are those of facts, `kept` those that the output has, too."""

    facts: tuple[str, ...]
    said: frozenset[str]
    kept: tuple[str, ...]
    as_of: bool


def columns_of(schema: pa.Schema, policies: Iterable[Policy], keep: Iterable[str] | None, taken: set[str]) -> Columns:
    """The columns of a table for the cases of these versions. `keep` None: all that mean nothing to the policy are
    kept; `taken` are the names that the output has already. Raises InvalidDocument with all that does not fit."""
    report = Report()
    declared = facts_of(policies)
    names = Counter(schema.names)
    groups = {name.partition(".")[0] for name in declared}
    others: list[str] = []
    for name in schema.names:
        if names[name] > 1:
            report.error("columns/layout", f"the table has two columns {quoted(name)}", path=(name,))
        fact = name.removesuffix(SAID)
        if name in (SCENARIO, AS_OF, UNREADABLE) or fact in declared:
            continue
        if name.partition(".")[0] in groups and "." in name and name not in (keep or ()):
            hint = did_you_mean(fact, declared) or "if it is no fact, keep it: name it as one to keep"
            report.error("columns/layout", f"no such fact: {quoted(name)}", path=(name,), help=hint)
        others.append(name)
    if SCENARIO not in names:
        near = did_you_mean(SCENARIO, others) or "each row names its scenario, or says `unknown`"
        report.error("columns/layout", f"the table has no column {quoted(SCENARIO)}", help=near)
    kept = tuple(others) if keep is None else tuple(dict.fromkeys(keep))
    for name in kept:
        if name not in names:
            there_is = did_you_mean(name, names)
            report.error("columns/layout", f"there is no column {quoted(name)} to keep", help=there_is)
        elif name in taken:
            message = f"the column {quoted(name)} cannot be kept: the decision has one of this name"
            report.error("columns/layout", message, path=(name,), help="rename it, or name the columns to keep")
    for name, facts in declared.items():
        if len({fact.kind for fact in facts}) > 1 and name in names:
            message = f"{quoted(name)} is not of one type in all versions that may govern a row"
            report.error("columns/layout", message, path=(name,), help="name the version to decide by")
    _check_types(schema, declared, report)
    report.found[:] = list(dict.fromkeys(report.found))
    report.stop_if_wrong()
    there = tuple(name for name in declared if name in names)
    said = frozenset(name for name in declared if name + SAID in names)
    return Columns(there, said, kept, AS_OF in names)


def _check_types(schema: pa.Schema, declared: Mapping[str, list[Fact]], report: Report) -> None:
    """Whether every column can hold what it should, by its type alone."""
    wanted: dict[str, Any] = {name: facts[0].kind for name, facts in declared.items()}
    wanted |= {name + SAID: "text" for name in declared} | {SCENARIO: "text", AS_OF: "instant"}
    names = set(schema.names)
    for name, kind in wanted.items():
        if name not in names:
            continue
        try:
            cells(pa.nulls(0, schema.field(name).type), kind)
        except Unfit as problem:
            found = schema.field(name).type
            report.error("columns/layout", f"{quoted(name)} is {found}; it should be {problem}", path=(name,))


class Table:
    """A batch as facts. `policy` says of which version; what is read of the batch is kept for the next one."""

    def __init__(self, batch: pa.RecordBatch, columns: Columns, empty: Empty) -> None:
        self.batch = batch
        self.columns = columns
        self.empty = empty
        self.rows: int = batch.num_rows
        self._columns = dict(zip(batch.schema.names, batch.columns, strict=True))
        self._cells: dict[tuple[str, str], Cells] = {}
        self._said: dict[str, np.ndarray[Any, Any]] = {}

    def cells(self, fact: Fact) -> Cells | None:
        """The cells of a fact; None where the table has no column for it."""
        if fact.name not in self._columns:
            return None
        key = (fact.name, fact.kind)
        found = self._cells.get(key)
        if found is None:
            found = self._cells[key] = cells(self._columns[fact.name], fact.kind)
        return found

    def said(self, name: str) -> np.ndarray[Any, Any] | None:
        """What the companion column says of a fact, by row: nothing, `null` (1), `unknown` (2), something else (3)."""
        if name not in self.columns.said:
            return None
        if name not in self._said:
            column = self.batch.column(name + SAID)
            found = np.zeros(self.rows, np.int8)
            if column.null_count < self.rows:
                words = cells(column, "text").array
                listed = words.dictionary.to_pylist()
                meant = [SAID_CODES.get(word, NEITHER) if word else NOTHING_SAID for word in listed]
                there = given(words)
                if len(set(meant)) > 1:
                    codes = numbers(words.indices, np.int32)
                    found = np.array(meant, np.int8).take(codes if there is None else np.where(there, codes, 0))
                else:
                    found += np.int8(meant[0])
                if there is not None:
                    found *= there
            self._said[name] = found
        return self._said[name]

    def scenarios(self) -> pa.Array:
        """The scenarios of the rows, as words of a dictionary."""
        return cells(self.batch.column(SCENARIO), "text").array

    def scenario_words(self, said: Mapping[str, str], words: Words) -> Coded:
        """A word for each row, by its scenario; none where nothing is said of that."""
        scenarios = self.scenarios()
        texts = scenarios.dictionary.to_pylist()
        codes = [words.code(said[text]) if text in said else NO_WORD for text in texts]
        return Coded(np.array([*codes, NO_WORD], np.int32), filled(scenarios.indices, len(texts)))

    def moments(self) -> Cells | None:
        """The moments that the rows name."""
        return cells(self.batch.column(AS_OF), "event") if self.columns.as_of else None

    def unreadable(self) -> pa.Array | None:
        """What is wrong with rows that could not be read at all."""
        return self.batch.column(UNREADABLE) if UNREADABLE in self.batch.schema.names else None

    # ------------------------------------------------------------------------------------------- a row as plain data

    def taken(self, rows: np.ndarray[Any, Any]) -> Table:
        """The table of these rows alone."""
        names = {SCENARIO, *self.columns.facts, *(name + SAID for name in self.columns.said)}
        return Table(self.batch.select([n for n in self.batch.schema.names if n in names]).take(pa.array(rows)),
                     self.columns, self.empty)  # fmt: skip

    def documents(self, facts: Iterable[Fact]) -> list[dict[str, Any] | str]:
        """The rows as cases in plain data, as a case file writes them; or what is wrong with a row as such."""
        wrong: dict[int, str] = {}
        documents: list[dict[str, Any]] = [
            {"scenario": scenario, "facts": {}} for scenario in self.scenarios().to_pylist()
        ]
        for fact in facts:
            found = self.cells(fact)
            said = self.said(fact.name)
            group, _, key = fact.name.partition(".")
            if found is None and said is None:
                continue
            values = [None] * self.rows if found is None else found.array.to_pylist()
            for row, value in enumerate(values):
                if found is not None and row in found.raw:
                    value = found.raw[row]
                word = NOTHING_SAID if said is None else int(said[row])
                if value is None and word == NOTHING_SAID and not (self.empty == "null" and found and fact.nullable):
                    continue
                if word == NEITHER or (word != NOTHING_SAID and value is not None):
                    wrong[row] = (
                        f"`{fact.name}{SAID}` says null or unknown, and only where the cell of the fact is empty"
                    )
                unknown = word == SAID_CODES["unknown"]
                documents[row]["facts"].setdefault(group, {})[key] = "unknown" if unknown else as_written(value)
        return [wrong.get(row, document) for row, document in enumerate(documents)]


def as_written(value: Any) -> Any:
    """A value of a column as a case file writes it."""
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat()
        case date():
            return value.isoformat()
        case list():
            return [as_written(item) for item in value]
        case dict():
            at = value["submitted_at"]
            handed_in: dict[str, object] = {"submitted_at": None if at is None else as_written(at)}
            if value["proves"] is not None:
                handed_in["proves"] = value["proves"]
            handed_in["authentic"] = "unknown" if value["authentic"] is None else value["authentic"]
            return handed_in
        case _:
            return value


def refused(problem: InvalidDocument) -> str:
    """What is wrong with a row, in one text."""
    found = problem.diagnostics[:5]
    more = f"; and {len(problem.diagnostics) - 5} more" if len(problem.diagnostics) > 5 else ""
    return "; ".join(str(one).replace("error[", "[", 1) for one in found) + more
