"""Windows and owed evidence of one row: general keys and the row's own keys put together, key by key."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from engine.diagnostics import quoted
from engine.document.nodes import Node, Scalar, Sequence, key_place_of
from engine.document.read import entries, items, key_place, text, under
from engine.expr.check import Expression
from engine.link.compile import Compiler
from engine.link.program import Basis, Owed, PartyRecord, Span, Window
from engine.policy.consistency import known
from engine.policy.model import Party, Row
from engine.source import Place


def link_windows(row: Row, compiler: Compiler) -> list[Window]:
    """The windows of the policy, as they stand for this row."""
    windows = []
    for name, general in compiler.policy.windows.items():
        own = under(row.entries, name)
        bases = [dict(entries(general)), dict(entries(own))]
        if not compiler.leave(general) and not compiler.leave(own):
            at = key_place(row.entries, name), key_place_of(compiler.policy.document, ("windows", name))
            windows.append(_window(name, bases, text(general, "party") or None, at, row, compiler))
    return [w for w in windows if w is not None]


def link_records(row: Row, compiler: Compiler) -> list[PartyRecord]:
    """Every party that submits materials: its period in this row, if it has one, and what it owes here."""
    policy = compiler.policy
    periods, owed = under(row.entries, policy.evidence.periods), under(row.entries, policy.evidence.owed)
    records = []
    for party in policy.parties.values():
        if party.submits is None:
            continue
        own = under(periods, party.name)
        window = None
        has_period = own is not None or "within" in party.period
        if has_period:
            bases = [dict(party.period), dict(entries(own))]
            name = f"{policy.evidence.periods}.{party.name}"
            at = key_place(periods, party.name), party.place
            window = None if compiler.leave(own) else _window(name, bases, party.name, at, row, compiler)
        owes = tuple(_owes(party, under(owed, party.name), row, compiler))
        if owes and not has_period:
            compiler.report.error(
                "link/no-part",
                f"{quoted(party.name)} owes evidence here and has no period to submit it",
                owes[0].place,
                help=f"give it a period under `{policy.evidence.periods}`",
            )
        records.append(PartyRecord(party.name, party.submits, window, owes, frozenset(party.may_prove)))
    return records


def _owes(party: Party, node: Node | None, row: Row, compiler: Compiler) -> list[Owed]:
    owes = []
    for item in items(node):
        keys = dict(entries(item))
        name = text(item, "proposition")
        if not compiler.leave(item):
            when = compiler.condition(keys.get("when"))
            owes.append(Owed(party.name, name, when, compiler.basis(keys, row), item.place))
    return owes


def _window(
    name: str,
    bases: list[dict[str, Node]],
    party: str | None,
    places: tuple[Place | None, Place],
    row: Row,
    compiler: Compiler,
) -> Window | None:
    """The window of these keys. `places` are those of the row's own block, if there is one, and of the general one."""
    keys: dict[str, Node] = {}
    basis = Basis()
    for part in bases:
        keys.update(part)
        basis += compiler.basis(part, row)
    if not _has_ends(name, keys, places, row, compiler):
        return None
    after = compiler.instant(keys.get("after"))
    paused_by = text_of(keys.get("paused_by"))
    if paused_by is not None:
        place = keys["paused_by"]
        if known(paused_by, compiler.policy.windows, "window", place, compiler.report):
            holder = compiler.policy.windows[paused_by]
            if under(holder, "met_by") is None and under(under(row.entries, paused_by), "met_by") is None:
                compiler.report.error(
                    "link/no-event",
                    f"the window {quoted(paused_by)} has no `met_by`, so it never holds another",
                    place.place,
                )
    return Window(
        name=name,
        meaning=text_of(keys.get("meaning")) or "",
        party=party,
        deadline=text_of(keys.get("deadline")),
        asked_if=compiler.condition(keys.get("asked_if")),
        spans=tuple(_spans(keys, after, row, compiler)),
        latest=text_of(keys.get("whichever")) == "latest",
        met_by=_fact(keys.get("met_by"), compiler),
        paused_by=paused_by,
        basis=basis,
        place=places[0] or places[1],
    )


def _has_ends(
    name: str, keys: Mapping[str, Node], places: tuple[Place | None, Place], row: Row, compiler: Compiler
) -> bool:
    """Whether a window says how long it is and when it starts."""
    own, place = places
    before = f"the window {quoted(name)} has no "
    if "within" not in keys and "until" not in keys:
        help = "write `within: 48 hours`, `within: 15 calendar days` or `within: never`"
        compiler.report.error_in(row.name, "link/no-period", before + "`within`", "", place, own=own, help=help)
        return False
    if "within" in keys and "until" in keys:
        message = f"the window {quoted(name)} ends by `within` or by `until`, not by both"
        compiler.report.error("link/no-period", message, keys["until"].place,
                              related=[("the other one is here", keys["within"].place)])  # fmt: skip
        return False
    if "after" not in keys and "until" not in keys:
        help = "say from which instant it counts"
        compiler.report.error_in(row.name, "link/no-start", before + "`after`", "", place, own=own, help=help)
        return False
    return True


def text_of(node: Node | None) -> str | None:
    return str(node.value) if isinstance(node, Scalar) else None


def _fact(node: Node | None, compiler: Compiler) -> Expression | None:
    return None if node is None else compiler.instant(node)


def _spans(keys: Mapping[str, Node], after: Expression | None, row: Row, compiler: Compiler) -> list[Span]:
    within = keys.get("within")
    if not isinstance(within, Sequence):
        amount = compiler.amount(within) if within is not None else None
        until = keys.get("until")
        place = (within or until or row.entries).place
        ends = compiler.until(until) if until is not None and within is None else None
        return [Span(None, amount, ends, after, Basis(), place)]
    spans = []
    before = compiler.report.refusals
    for item in within.items:
        own = dict(entries(item))
        if "when" in own and "else" in own:
            message = "an alternative says either `when:` or `else: true`"
            compiler.report.error("link/no-condition", message, own["else"].place)
        when = compiler.condition(own.get("when"))
        amount = compiler.amount(own["within"]) if "within" in own else None
        last_day = compiler.until(own["until"]) if "until" in own else None
        if "within" not in own and "until" not in own:
            compiler.report.error("link/no-period", "an alternative says `within:` or `until:`", item.place)
        start = compiler.instant(own["after"]) if "after" in own else after
        spans.append(Span(when, amount, last_day, start, compiler.basis(own, row), item.place))
    if compiler.report.refusals == before:
        _check_alternatives(spans, text_of(keys.get("whichever")) != "latest", compiler)
    return spans


def _check_alternatives(spans: list[Span], in_order: bool, compiler: Compiler) -> None:
    asked: dict[str, Span] = {}
    for above, span in zip([None, *spans], spans, strict=False):
        condition = ast.dump(span.when.tree) if span.when is not None else ""
        same = asked.get(condition) if span.when is not None and in_order else None
        found, why = (above, "has no `when`") if above and above.when is None else (same, "asks the same")
        if found is not None:
            compiler.report.error(
                "link/never-reached",
                f"this alternative is never reached: the one at line {found.place.line} {why}",
                span.place,
                help="put it above that one, or take it out",
                related=[(f"this one {why}", found.place)],
            )
        asked.setdefault(condition, span)
    if spans and all(span.when is not None for span in spans):
        compiler.report.error(
            "link/no-else",
            "when no alternative holds, this window has no end and nothing is ever late",
            spans[-1].place,
            help="let the last alternative say `else: true`",
        )
