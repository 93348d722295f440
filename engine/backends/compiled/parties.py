"""What was received, in Python: who submitted in time, what is proven, what is owed, when the record is complete."""

from __future__ import annotations

import ast

from engine.backends.as_reasons import owed_reason
from engine.backends.compiled import periods, tables
from engine.backends.compiled.expressions import truth
from engine.backends.compiled.row import PROOF, Row
from engine.backends.compiled.writing import Lines, at, local, python, tuple_of
from engine.expr.check import Expression
from engine.link.program import Owed, PartyRecord, Table


def party_part(row: Row, record: PartyRecord, which: str) -> ast.expr:
    """What a part of a party is read by. Raises NotKnown while it waits for a finding."""
    in_time = came(row, record, "in_time")
    match which:
        case "submitted":
            return python(f"{in_time} != ()")
        case "silent" if _involved(row, record) == "False":
            return ast.Constant(False)
        case "silent":
            return python(f"({_all_of(f'{in_time} == ()', _involved(row, record))})")
        case "late":
            return ast.Name(came(row, record, which))
        case "not_authentic":
            return python(f"({in_time} != () and sure(not_authentic({in_time})))")
        case _:
            value = python(f"lacks({owed(row, record)}, proven, unsure)")
            return local(row.local("party", record.party, which), value)


# -------------------------------------------------------------------------------------------------- what came when


def came(row: Row, record: PartyRecord, which: str) -> str:
    """The variable of something about what came from a party."""
    return row.variable("party", record.party, which, by=lambda: party(row, record))


def parties(row: Row) -> None:
    """Work out what came from everybody."""
    for record in row.program.records:
        party(row, record)


def party(row: Row, record: PartyRecord) -> None:
    """Work out what came from a party in time, and whether it is awaited."""
    if not row.first_time("party", record.party):
        return
    lines, ends = row.straight, "None"
    if record.window is not None:
        periods.window_itself(row, record.window)
        ends = periods.of(row, record.window, "ends")
    in_time, late = (came(row, record, which) for which in ("in_time", "late"))
    lines.comment(record.party)
    lines.add(f"{in_time}, {late} = {lines.text(row.name(record.fact))} or (), False")
    lines.add(f"if {in_time}:", f"    {in_time}, {late} = received({in_time}, as_of, {ends})")
    involved = _involved(row, record)
    value = _all_of(f"not {in_time}", involved, f"({ends} is None or as_of <= {ends})")
    lines.add(f"{came(row, record, 'awaited')} = {'False' if involved == 'False' else value}")


def _involved(row: Row, record: PartyRecord) -> str:
    """Whether a party has a period in the case: a variable or a constant."""
    return "False" if record.window is None else periods.asks(row, record.window)


# ---------------------------------------------------------------------------------------------------- what is owed


def owed(row: Row, record: PartyRecord) -> str:
    """The variable of what a party owes in the case: tuples of the id, the proposition and the reason."""
    return row.variable("party", record.party, "owes", by=lambda: _owes(row, record))


def _owes(row: Row, record: PartyRecord) -> None:
    if not row.first_time("owes", record.party):
        return
    party(row, record)
    row.need(*(one.when for one in record.owes))
    lines, name, involved = row.straight, owed(row, record), _involved(row, record)
    found = [(row.condition(one.when), one) for one in record.owes]
    found = [(condition, one) for condition, one in found if truth(condition) is not False]
    if involved == "False" or not found:
        lines.add(f"{name} = ()")
        return
    if all(truth(condition) is True for condition, _ in found):
        whole = row.module.constant(f"{record.party}_owes", tuple(_item(one) for _, one in found))
        lines.add(f"{name} = {whole}" + ("" if involved == "True" else f" if {involved} else ()"))
        return
    lines.add("try:")
    with lines.under():
        lines.add(f"{name} = ()", *([] if involved == "True" else [f"if {involved}:"]))
        with lines.under() if involved != "True" else lines.here():
            for condition, one in found:
                if truth(condition) is None:
                    lines.comment(at(one.place))
                    lines.expression("if ", condition, ":")
                with lines.under() if truth(condition) is None else lines.here():
                    lines.add(f"{name} += {row.module.constant(f'owes_{one.id}', (_item(one),))}")
    lines.add("except KeyError:", f"    {name} = UNKNOWN")


def _item(one: Owed) -> tuple[str, str, object]:
    return one.id, one.proposition, owed_reason("owed", one)


def still_owed(row: Row) -> str:
    """The variable of what is owed and still matters; `owing` sets it."""
    return row.variable("", "still", "owed", by=lambda: _before_owing(row))


def _dropping(row: Row) -> list[Table]:
    """The tables whose rules tell whose missing evidence no longer matters."""
    return [table for table in row.program.tables.values() if any(rule.not_owed_by for rule in table.rules)]


def _before_owing(row: Row) -> None:
    for table in _dropping(row):
        tables.table_itself(row, table)
    for record in row.program.records:
        _owes(row, record)


def owing(row: Row, lines: Lines) -> None:
    """Set what is owed and still matters, for the lines that follow."""
    dropping = _dropping(row)
    drops = " + ".join(tables.said(row, table, "drops") for table in dropping)
    may_drop = {party for table in dropping for rule in table.rules for party in rule.not_owed_by}
    found = [
        f"(() if {record.party!r} in {f'({drops})' if len(dropping) > 1 else drops} else {owed(row, record)})"
        if record.party in may_drop
        else owed(row, record)
        for record in row.program.records
        if record.owes
    ]
    lines.once(still_owed(row), f"{still_owed(row)} = {' + '.join(found) or '()'}")


# ------------------------------------------------------------------------------------------------------ the record


def record_part(row: Row, which: str) -> ast.expr:
    """What a part of the whole record is read by."""
    if which == "lacking":
        return python(f"unproven({still_owed(row)}, proven, unsure)")
    if which == "awaited_evidence":
        pairs = ", ".join(f"({came(row, one, 'awaited')}, {owed(row, one)})" for one in row.program.records)
        return local(row.local("", "record", which), python(f"awaited_evidence({pairs})"))
    return ast.Name(_of_record(row, which))


def _of_record(row: Row, which: str) -> str:
    return row.variable("", "record", which, by=lambda: _record(row, which))


def _record(row: Row, which: str) -> None:
    parties(row)
    if not row.first_time("record", which):
        return
    lines, name, records = row.straight, _of_record(row, which), row.program.records
    awaited = {record.party: came(row, record, "awaited") for record in records}
    match which:
        case "awaits":
            lines.add(f"{name} = {' or '.join(awaited.values()) or 'False'}")
        case "awaited":
            lines.add(f"{name} = ()")
            for party_name, variable in awaited.items():
                lines.add(f"if {variable}:", f"    {name} += ({party_name!r},)")
        case _:
            _record(row, "awaits")
            _complete_at(row, name)


def _complete_at(row: Row, name: str) -> None:
    lines = row.straight
    lines.add(f"{name} = None", f"if not {_of_record(row, 'awaits')}:")
    with lines.under():
        for record in row.program.records:
            involved, in_time = _involved(row, record), came(row, record, "in_time")
            if involved == "False" or record.window is None:
                continue
            lines.add(*([] if involved == "True" else [f"if {involved}:"]))
            with lines.under() if involved != "True" else lines.here():
                lines.add(f"at = {in_time}[0].at if {in_time} else {periods.of(row, record.window, 'ends')}")
                lines.add(f"if at is not None and ({name} is None or at > {name}):", f"    {name} = at")


# ----------------------------------------------------------------------------------------------------------- proof


def weigh(row: Row, lines: Lines, *found: Expression | None) -> None:
    """Set what is proven, where expressions read it, for the lines that follow."""
    for expression in found:
        tree = ast.Constant(None) if expression is None else row.python(expression)
        names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        if not names.isdisjoint(PROOF):
            weighed(row, lines)
        if still_owed(row) in names:
            owing(row, lines)


def weighed(row: Row, lines: Lines) -> None:
    """Set what is proven for the lines that follow."""
    materials = (
        f"({came(row, record, 'in_time')}, {row.module.constant(f'{record.party}_may_prove', record.may_prove)})"
        for record in row.program.records
    )
    lines.once(PROOF[0], f"{', '.join(PROOF)} = weighed({', '.join((also(row), *materials))})")


def also(row: Row) -> str:
    """The facts that prove something beside the materials."""
    return tuple_of(f"facts[{one.fact!r}]" for one in row.program.policy.evidence.also)


def _all_of(*parts: str) -> str:
    return " and ".join(part for part in parts if part != "True")
