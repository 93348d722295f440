"""What differs in rows: in their own blocks, and through the general blocks that they take."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from engine.analysis.canonical import same, written
from engine.analysis.differences import (
    ID,
    PERIOD,
    POSITION,
    RULES,
    USE,
    Change,
    Difference,
    Effect,
    Escape,
    Kind,
    What,
    alone,
)
from engine.analysis.match_rules import matched, moved
from engine.analysis.residual import residual
from engine.analysis.row_parts import BASIS, CITES, Part, Side, keys_of
from engine.document.nodes import Node
from engine.document.read import entries, items, numbers, texts, under

_REASONS = frozenset({ID, USE, *BASIS})
_WORDING = frozenset({"meaning", "title"})


@dataclass(slots=True)
class Reached:
    """What a general block's change of one key does: a value before and after, where it arrives and where not."""

    before: object = None
    after: object = None
    rows: list[str] = field(default_factory=list)
    escapes: list[Escape] = field(default_factory=list)

    def add(self, rows: Iterable[str], before: object = None, after: object = None) -> None:
        """The change arrives in these rows; the values are kept from the first of them."""
        new = [row for row in rows if row not in self.rows]
        if new and not self.rows:
            self.before, self.after = before, after
        self.rows += new


def effect_of(key: str) -> Effect:
    """What can be otherwise when a key of a part is."""
    return "reasons" if key in _REASONS else "wording" if key in _WORDING else "decision"


class RowComparison:
    """Compares the rows that both versions have. `reached` gathers what general blocks do to them, by kind and name
    of the block and key."""

    def __init__(self, before: Side, after: Side, renamed: Mapping[str, str]) -> None:
        self.before = before
        self.after = after
        self.renamed = renamed  # general rules that have another name now, by the one before
        self.reached: dict[tuple[Kind, str], dict[str, Reached]] = {}

    # ------------------------------------------------------------------------------------------------------- rows

    def changes(self, row: str) -> Iterator[Change]:
        """What differs in a row's own block."""
        yield from self._named(row, self.before.windows(row), self.after.windows(row))
        yield from self._named(row, self.before.periods(row), self.after.periods(row))
        yield from self._named(row, self.before.evidence(row), self.after.evidence(row))
        for table in _tables(self.before, self.after):
            if self.before.own_rules(row, table) or self.after.own_rules(row, table):
                yield from self._rules(
                    self.before.rules(row, table), self.after.rules(row, table), row, (row,), self._is_first(table)
                )

    def added(self, row: str) -> Iterator[Change]:
        """Everything that stands in the block of a new row."""
        for part in self._parts_of_new(row):
            yield self._whole(part, "added", (row,), row=row)
        for table in self.after.policy.tables:
            if self.after.own_rules(row, table):
                yield from self._rules([], self.after.rules(row, table), row, (row,), self._is_first(table))

    def shared(self, table: str) -> Iterator[Change]:
        """What differs in the rules that a table has for all rows, or for those without rules of their own."""
        rows = [row for row in self.after.policy.rows if not self.after.own_rules(row, table)]
        olds = [row for row in self.before.policy.rows if not self.before.own_rules(row, table)]
        in_both = table in self.before.policy.tables and table in self.after.policy.tables
        if in_both and not (olds and rows):
            return  # the rows that have rules of their own now, or had them before, tell it
        both = next((row for row in rows if row in olds), None)
        old, new = both or next(iter(olds), None), both or next(iter(rows), None)
        before = self.before.rules(old, table) if old is not None else []
        after = self.after.rules(new, table) if new is not None else []
        escapes = tuple(
            Escape(row, "own rules", RULES, None, place.place)
            for row, entry in self.after.policy.rows.items()
            if (place := under(entry.entries, table)) is not None
        )
        for change in self._rules(before, after, None, rows, self._is_first(table)):
            yield replace(change, escapes=escapes)

    def _parts_of_new(self, row: str) -> Iterator[Part]:
        yield from (part for part in self.after.windows(row) if part.own)
        yield from self.after.periods(row)
        yield from self.after.evidence(row)

    def _is_first(self, table: str) -> bool:
        tables = self.after.policy.tables if table in self.after.policy.tables else self.before.policy.tables
        return tables[table].hit == "first"

    # -------------------------------------------------------------------------------------- windows and evidence

    def _named(self, row: str, before: Iterable[Part], after: Iterable[Part]) -> Iterator[Change]:
        olds, news = _by_name(before), _by_name(after)
        for key in dict.fromkeys([*olds, *news]):
            old, new = olds.get(key), news.get(key)
            if old is not None and new is not None:
                yield from self._layered(old, new, row, [])
                continue
            part = new or old
            assert part is not None
            if part.own or part.kind == "evidence":
                yield self._whole(part, "removed" if new is None else "added", (row,), row=row)
            else:  # the general block alone gives it a period now, or no longer does
                values = (one.means[PERIOD] if one is not None else None for one in (old, new))
                self._reach(part, PERIOD).add([row], *values)

    # ------------------------------------------------------------------------------------------------------ rules

    def _rules(
        self, before: Sequence[Part], after: Sequence[Part], row: str | None, rows: Sequence[str], first: bool
    ) -> Iterator[Change]:
        """What differs between two lists of rules. `rows` are those that the later list is for."""
        pairs = matched(before, after)
        old_of, elsewhere = {new: old for old, new in pairs}, moved(pairs)
        for number, new in enumerate(after):
            above = after[number - 1].name if number else ""
            if number not in old_of:
                extra = [Difference(POSITION, None, above)] if first and before else []
                yield self._whole(new, "added", self._holding(rows, None, new), extra, row)
                continue
            at = old_of[number]
            old, extra = before[at], []
            if number in elsewhere:
                was = before[at - 1].name if at else ""
                extra = [Difference(POSITION, was, above, "decision" if first else "wording")]
            yield from self._layered(old, new, row, extra, self._holding(rows, old, new))
        for number, old in enumerate(before):
            if number not in {at for at, _ in pairs}:
                yield self._whole(old, "removed", self._holding(rows, old, None), row=row)

    def _holding(self, rows: Sequence[str], old: Part | None, new: Part | None) -> tuple[str, ...]:
        """The rows in which a rule can hold, before or after."""
        sides = [(side, part) for side, part in ((self.before, old), (self.after, new)) if part is not None]
        return tuple(row for row in rows if any(row in s.policy.rows and s.holds_in(row, part) for s, part in sides))

    # -------------------------------------------------------------------------------------------- general and own

    def _layered(
        self, old: Part, new: Part, row: str | None, extra: list[Difference], rows: tuple[str, ...] = ()
    ) -> Iterator[Change]:
        """What differs in a part that both versions have: what the row says itself; the rest is put down to the
        general block that it takes."""
        rows = rows if row is None else (row,)
        one_block = self.renamed.get(old.general, old.general) == new.general
        found, reached = list(extra), set(rows if extra else ())
        for difference, there in self._own_differences(old, new, one_block, rows):
            found.append(difference)
            reached |= set(there)
        for key in BASIS:
            was, now = cited(old.own, key), cited(new.own, key)
            if set(was) != set(now):
                found.append(Difference(key, _full(was, old, self.before), _full(now, new, self.after), "reasons"))
                reached |= set(rows)
            if one_block and new.general and set(cited(old.base, key)) != set(cited(new.base, key)):
                self._reach(new, key).add(rows)
        if found:
            yield Change(
                new.kind, new.name, "changed", tuple(found), row, new.table, new.party,
                was=old.name if old.name != new.name else "", rows=tuple(row for row in rows if row in reached),
                before=old.place, after=new.place,
            )  # fmt: skip

    def _own_differences(
        self, old: Part, new: Part, one_block: bool, rows: Sequence[str]
    ) -> Iterator[tuple[Difference, Sequence[str]]]:
        """The keys that the row itself says otherwise, with the rows in which that makes a difference."""
        for key in dict.fromkeys([*old.means, *new.means]):
            was, now = old.means.get(key), new.means.get(key)
            if one_block and (key == USE or (key == ID and (was, now) == (old.general, new.general))):
                continue  # a general rule that has another name is told once
            raw = keys_of(key)
            by_row = _differ(old.own, new.own, raw)
            by_block = one_block and bool(new.general) and _differ(old.base, new.base, raw)
            differs = not same(was, now)
            there = [row for row in rows if self.differ_in(row, was, now)] if differs else []
            if differs and by_block and not by_row:
                self._reach(new, key).add(there, was, now)
                continue
            if differs:
                yield Difference(key, was, now, effect_of(key) if there else "wording"), there
            elif by_row and {k for k in raw if k in old.own} != {k for k in raw if k in new.own}:
                yield (
                    Difference(key, was if _says(old, raw) else None, now if _says(new, raw) else None, "wording"),
                    rows,
                )
            if by_block and _says(new, raw):
                place = next(new.own[k].place for k in raw if k in new.own)
                self._reach(new, key).escapes += [Escape(row, "own key", key, now, place) for row in rows]

    def differ_in(self, row: str, before: object, after: object) -> bool:
        """Whether two values mean something else in a row. One that only one version has is compared as a whole."""
        if row not in self.before.policy.rows or row not in self.after.policy.rows:
            return True
        return residual(before, self.before.reach(row)) != residual(after, self.after.reach(row))

    def _whole(
        self, part: Part, what: What, rows: tuple[str, ...], extra: Iterable[Difference] = (), row: str | None = None
    ) -> Change:
        """A part that one version alone has, with all that it says."""
        added = what == "added"
        side = self.after if added else self.before
        said = {key: value for key, value in part.means.items() if key != ID and value not in (None, "")}
        means = [alone(key, value, added, effect_of(key)) for key, value in said.items()]
        cites = {key: cited(part.base, key) + cited(part.own, key) for key in BASIS}
        basis = [alone(key, _full(found, part, side), added, "reasons") for key, found in cites.items() if found]
        return Change(
            part.kind, part.name, what, (*means, *basis, *extra), row, part.table, part.party,
            rows=rows, before=None if added else part.place, after=part.place if added else None,
        )  # fmt: skip

    def _reach(self, part: Part, key: str) -> Reached:
        kind: Kind = "general rule" if part.kind == "rule" else part.kind
        return self.reached.setdefault((kind, part.general), {}).setdefault(key, Reached())


def cited(block: Mapping[str, Node], key: str) -> tuple[object, ...]:
    """What a block cites, or the numbers of its readings, those of its alternatives too."""
    blocks = [block, *(dict(entries(item)) for item in items(block.get("within")))]
    read = texts if key == CITES else numbers
    return tuple(dict.fromkeys(one for inner in blocks for one in read(inner.get(key))))


def _full(cites: tuple[object, ...], part: Part, side: Side) -> tuple[object, ...]:
    """Clauses by their full ids, where the row is known."""
    prefix = side.policy.rows[part.row].clauses if part.row is not None else ""
    return tuple(f"{prefix}{one}" if prefix and str(one).startswith(".") else one for one in cites)


def _by_name(parts: Iterable[Part]) -> dict[tuple[str, str, int], Part]:
    """Parts by party, name and number: a party may owe a proposition twice, under two conditions."""
    seen: Counter[tuple[str, str]] = Counter()
    found = {}
    for part in parts:
        key = (part.party, part.name)
        found[(*key, seen[key])] = part
        seen[key] += 1
    return found


def _tables(before: Side, after: Side) -> list[str]:
    return list(dict.fromkeys([*after.policy.tables, *before.policy.tables]))


def _differ(before: Mapping[str, Node], after: Mapping[str, Node], keys: Iterable[str]) -> bool:
    return any(written(before.get(key)) != written(after.get(key)) for key in keys)


def _says(part: Part, keys: Iterable[str]) -> bool:
    return any(key in part.own for key in keys)
