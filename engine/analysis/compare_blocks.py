"""What differs in the general blocks that rows take: windows, periods of parties, general rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from engine.analysis.canonical import canonical, written
from engine.analysis.compare_rows import Reached, RowComparison, cited, effect_of
from engine.analysis.differences import PERIOD, WHEN, Change, Difference, Effect, Escape, Kind, alone
from engine.analysis.row_parts import BASIS, Side, keys_of
from engine.document.nodes import Node, plain
from engine.document.read import entries
from engine.policy.words import PERIOD_KEYS, REQUIRED_IN, RULE_KEYS
from engine.source import Place

Block = Mapping[str, Node]
_NO_REACH = Reached()


def renamed_rules(before: Side, after: Side) -> dict[str, str]:
    """General rules that have another name now and say the same, by the name before."""
    olds, news = before.policy.general_rules, after.policy.general_rules
    gone = {name: canonical(_contents(node)) for name, node in olds.items() if name not in news}
    new = {canonical(_contents(node)): name for name, node in news.items() if name not in olds}
    return {name: new[content] for name, content in gone.items() if content in new}


class BlockComparison:
    """Compares the general blocks of both versions, when their rows have been compared."""

    def __init__(self, rows: RowComparison) -> None:
        self.rows = rows
        self.before = rows.before
        self.after = rows.after

    def windows(self) -> Iterator[Change]:
        """The general windows."""
        yield from self._kind("window", self.before.policy.windows, self.after.policy.windows)

    def periods(self) -> Iterator[Change]:
        """The periods that the parties have in every row that says no other."""
        olds, news = self.before.policy.parties, self.after.policy.parties
        for name in dict.fromkeys([*news, *olds]):
            was, now = olds.get(name), news.get(name)
            if (was and now) or ("period", name) in self.rows.reached:
                old, new = (dict(party.period) if party else {} for party in (was, now))
                yield from self._both(
                    "period", name, name, old, new, (was.place if was else None, now.place if now else None)
                )

    def rules(self) -> Iterator[Change]:
        """The general rules."""
        yield from self._kind("general rule", self.before.policy.general_rules, self.after.policy.general_rules)

    # ---------------------------------------------------------------------------------------------------- one block

    def _kind(self, kind: Kind, olds: Mapping[str, Node], news: Mapping[str, Node]) -> Iterator[Change]:
        names = {name: name for name in olds} | (dict(self.rows.renamed) if kind == "general rule" else {})
        for name in olds:
            if names[name] not in news:
                yield self._alone(kind, name, olds[name], self.before)
        was = {new: old for old, new in names.items()}
        for name, node in news.items():
            if name not in was:
                yield self._alone(kind, name, node, self.after)
                continue
            old = olds[was[name]]
            yield from self._both(
                kind, name, was[name], dict(entries(old)), dict(entries(node)), (old.place, node.place)
            )

    def _alone(self, kind: Kind, name: str, node: Node, side: Side) -> Change:
        """A block that one version alone has, with all that it says."""
        added, block = side is self.after, dict(entries(node))
        pairs: list[tuple[str, object]] = [
            (key, self._value(kind, name, key, block, side)) for key in _keys(kind, block)
        ]
        pairs += [(key, cites) for key in BASIS if (cites := cited(block, key))]
        found = tuple(alone(key, value, added, _effect(key)) for key, value in pairs if value is not None)
        rows, place = self._users(kind, name, side), node.place
        return Change(
            kind, name, "added" if added else "removed", found, rows=rows, party=_party(kind, block),
            before=None if added else place, after=place if added else None,
        )  # fmt: skip

    def _both(
        self,
        kind: Kind,
        name: str,
        was: str,
        old: Block,
        new: Block,
        places: tuple[Place | None, Place | None],
    ) -> Iterator[Change]:
        """A block that both versions have: a change for each set of rows that it reaches."""
        grouped: dict[tuple[tuple[str, ...], tuple[Escape, ...], bool], list[Difference]] = {}
        reached = self.rows.reached.get((kind, name), {})
        for difference in self._differences(kind, name, old, new, reached):
            how = reached.get(difference.key, _NO_REACH)
            wording = difference.effect == "wording"
            rows = self._users(kind, name, self.after) if wording else tuple(how.rows)
            escapes = () if wording else (*how.escapes, *self._not_used(kind, name))
            grouped.setdefault((rows, escapes, wording), []).append(difference)
        if was != name and not grouped:
            grouped[self._users(kind, name, self.after), (), False] = []
        for (rows, escapes, _), found in grouped.items():
            yield Change(
                kind, name, "changed", tuple(found), party=name if kind == "period" else _party(kind, new),
                was=was if was != name else "", rows=rows, escapes=escapes, before=places[0], after=places[1],
            )  # fmt: skip

    def _differences(
        self, kind: Kind, name: str, old: Block, new: Block, reached: Mapping[str, Reached]
    ) -> Iterator[Difference]:
        for key in dict.fromkeys([*_keys(kind, old), *_keys(kind, new)]):
            if not any(written(old.get(raw)) != written(new.get(raw)) for raw in keys_of(key)):
                continue
            how = reached.get(key)
            was, now = (how.before, how.after) if how and how.rows and key != WHEN else (None, None)
            if was is None and now is None:
                was = self._value(kind, name, key, old, self.before)
                now = self._value(kind, name, key, new, self.after)
            yield Difference(key, was, now, _effect(key))
        for key in BASIS:
            cites = cited(old, key), cited(new, key)
            if set(cites[0]) != set(cites[1]):
                yield Difference(key, *cites, "reasons")

    # ------------------------------------------------------------------------------------------------------- values

    def _value(self, kind: Kind, name: str, key: str, block: Block, side: Side) -> object:
        """What a block says under a key: as an expression, as a row has it from there, or else as it is written."""
        node = next((block[raw] for raw in keys_of(key) if raw in block), None)
        if node is None:
            return None
        if kind == "general rule" and key == WHEN:
            return side.compiler.condition(node)
        if kind == "general rule" and key in side.policy.fields:
            return side.compiler.output(key, node)
        if key in ("asked_if", "met_by"):
            return side.compiler.condition(node) if key == "asked_if" else side.compiler.instant(node)
        if key == PERIOD:
            return next(self._spans(kind, name, side), None) or ", ".join(
                f"{raw} {plain(block[raw])}" for raw in keys_of(key) if raw in block
            )
        value = plain(node)
        return tuple(value) if isinstance(value, list) else value

    def _spans(self, kind: Kind, name: str, side: Side) -> Iterator[object]:
        """The spans of a window or period, from the rows that take all of them from the general block."""
        for row in side.policy.rows:
            for part in side.windows(row) if kind == "window" else side.periods(row):
                if part.general == name and not any(raw in part.own for raw in keys_of(PERIOD)):
                    yield part.means[PERIOD]

    def _users(self, kind: Kind, name: str, side: Side) -> tuple[str, ...]:
        """The rows that take a block."""
        if kind == "general rule":
            tables = side.policy.tables
            return tuple(
                row for row in side.policy.rows
                if any(rule.general == name for table in tables for rule in side.rules(row, table))
            )  # fmt: skip
        parts = Side.windows if kind == "window" else Side.periods
        return tuple(row for row in side.policy.rows if any(part.general == name for part in parts(side, row)))

    def _not_used(self, kind: Kind, name: str) -> Iterable[Escape]:
        """The rows that say why they do not take a general rule."""
        for row in self.after.policy.rows if kind == "general rule" else ():
            node = self.after.not_used(row, name)
            if node is not None:
                yield Escape(row, "not used", "not_used", plain(node), node.place)


def _keys(kind: Kind, block: Block) -> list[str]:
    """The keys of a block, those that belong together under one name; what it cites is apart."""
    of = {raw: key for key in (PERIOD, WHEN) for raw in keys_of(key)}
    if kind == "general rule":
        apart = (RULE_KEYS | {REQUIRED_IN}) - {"when", "else", "deadlines", "no_longer_owed_by", "if_unknown"}
        keys = [key for key in block if key not in apart] + [key for key in (REQUIRED_IN,) if key in block]
        return list(dict.fromkeys(WHEN if key in keys_of(WHEN) else key for key in keys))
    known = {*PERIOD_KEYS, "party", "meaning"} - set(BASIS)
    return list(dict.fromkeys(of.get(key, key) for key in block if key in known))


def _effect(key: str) -> Effect:
    return "wording" if key == REQUIRED_IN else effect_of(key)


def _party(kind: Kind, block: Block) -> str:
    return str(plain(block["party"])) if kind == "window" and "party" in block else ""


def _contents(node: Node) -> dict[str, object]:
    return {key: written(value) for key, value in entries(node)}
