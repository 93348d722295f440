"""What was received, in Python: who submitted in time, what is proven, what is owed, when the record is complete."""

from __future__ import annotations

import ast
from collections.abc import Callable

from engine.backends.as_reasons import owed_reason
from engine.backends.compiled import periods, tables
from engine.backends.compiled.expressions import negated, truth
from engine.backends.compiled.row import Row
from engine.backends.compiled.writing import Lines, at, python, tuple_of
from engine.link.program import Owed, PartyRecord

WritePart = Callable[[Row, PartyRecord, Lines, str], None]
BY_MATERIALS = 0  # who proved it: the materials, or the fact of this number beside them


def party_part(row: Row, record: PartyRecord, which: str) -> ast.expr:
    """What a part of a party is read by. Raises NotKnown while it waits for a finding."""
    found = party_part_or_none(row, record, which)
    if which in ("submitted", "silent", "late"):
        return found
    asked = ast.Call(ast.Name("sure"), [found], [])
    if which != "not_authentic":
        return asked
    return ast.BoolOp(ast.And(), [party_part(row, record, "submitted"), asked])


def party_part_or_none(row: Row, record: PartyRecord, which: str) -> ast.expr:
    """What a part of a party is read by, None while it waits for a finding."""
    match which:
        case "submitted":
            return ast.Compare(in_time(row, record), [ast.NotEq()], [python("()")])
        case "silent":
            return _kept(row, record, which, _silent)
        case "late":
            return _after_receiving(row, record, "late")
        case "not_authentic":
            return ast.Call(ast.Name("not_authentic"), [in_time(row, record)], [])
        case _:
            return _kept(row, record, which, _insufficient)


def _kept(row: Row, record: PartyRecord, which: str, write: WritePart) -> ast.expr:
    return row.kept(f"{which} of party", f"{record.party}_{which}", lambda lines, own: write(row, record, lines, own))


# -------------------------------------------------------------------------------------------------- what came when


def receive(row: Row, record: PartyRecord) -> str:
    """The function that works out what came: `k.NAME_in_time` (which it gives), `_late`, `_awaited`, `_ends`,
    `_involved`."""
    return row.once("party", f"{record.party}_received", lambda lines, own: _receive(row, record, lines, own))


def in_time(row: Row, record: PartyRecord) -> ast.expr:
    """The materials that came in time."""
    function = receive(row, record)
    return row.read(function, "in_time")


def _after_receiving(row: Row, record: PartyRecord, which: str) -> ast.expr:
    function = receive(row, record)
    return row.beside(function, which)


def _receive(row: Row, record: PartyRecord, lines: Lines, own: str) -> None:
    involved = "False"
    if record.window is None:
        lines.add("ends = None")
    else:
        lines.comment(at(record.window.place))
        lines.add(f"ends = {lines.text(periods.ends(row, record.window))}")
        involved = periods.asked(row, record.window)
    materials = lines.text(row.name(record.fact))
    lines.add(f"in_time, late = {materials} or (), False")
    with lines.inside("if in_time:"):
        lines.add("in_time, late = received(in_time, k.as_of, ends)")
    lines.keep(own, "late", "late")
    lines.keep(own, "ends", "ends")
    lines.keep(own, "involved", involved)
    lines.keep(own, "awaited", f"not in_time and {involved} and (ends is None or k.as_of <= ends)")
    lines.give(own, "in_time", "in_time")


def _silent(row: Row, record: PartyRecord, lines: Lines, own: str) -> None:
    lines.add(f"submitted = {lines.text(in_time(row, record))}")
    involved = row.module.attribute(receive(row, record), "involved")
    lines.give(own, python(f"{involved} and not submitted"))


# -------------------------------------------------------------------------------------------------------- proof


def proof(row: Row, proposition: str) -> str:
    """The function that gives whether a proposition is proven, None while that waits for a finding. It keeps it as
    `k.NAME`, and who proved it as `k.NAME_by`."""
    return row.once("proof", f"proof_{proposition}", lambda lines, own: _proof(row, proposition, lines, own))


def proven(row: Row, proposition: str) -> ast.expr:
    """What asks whether a proposition is proven."""
    function = proof(row, proposition)
    return ast.Call(ast.Name("sure"), [row.read(function)], [])


def by(row: Row, proposition: str) -> ast.expr:
    """What gives who proved a proposition."""
    function = proof(row, proposition)
    return row.beside(function, "by")


def _proof(row: Row, proposition: str, lines: Lines, own: str) -> None:
    kept = row.module.attribute(own)
    with lines.inside(f"if {kept} is not UNREAD:"):
        lines.add(f"return {kept}")
    unsure: list[str] = []
    for record in row.program.records:
        function = _materials(row, record)
        lines.add(f"proved, unsure_of_{len(unsure)} = {lines.text(row.read(function))}")
        with lines.inside(f"if {proposition!r} in proved:"):
            lines.keep(own, "by", str(BY_MATERIALS))
            lines.give(own, "True")
        unsure.append(f"{proposition!r} in unsure_of_{len(unsure)}")
    for number, also in enumerate(row.program.policy.evidence.also, 1):
        lines.expression(f"if {proposition!r} in ", row.name(also.fact), ":")
        with lines.under():
            lines.keep(own, "by", str(number))
            lines.give(own, "True")
    lines.keep(own, "by", "None")
    lines.give(own, python(f"None if {' or '.join(unsure)} else False") if unsure else "False")


def _materials(row: Row, record: PartyRecord) -> str:
    """The function that gives what a party's materials prove, and what they may be found to prove."""

    def write(lines: Lines, own: str) -> None:
        may_prove = row.module.constant(f"{record.party}_may_prove", record.may_prove)
        came = lines.text(in_time(row, record))
        lines.give(own, python(f"shown_by({came}, {may_prove}) if {came} else NOTHING"))

    return row.once("shown by", f"{record.party}_shows", write)


# ---------------------------------------------------------------------------------------------------- what is owed


def owes(row: Row, record: PartyRecord) -> ast.expr:
    """What gives all that a party owes in the case: tuples of its id, the function of its proof and its reason."""
    return row.kept("owes", f"{record.party}_owes", lambda lines, own: _owes(row, record, lines, own))


def _owes(row: Row, record: PartyRecord, lines: Lines, own: str) -> None:
    lines.expression("if ", negated(_after_receiving(row, record, "involved")), ":")
    with lines.under():
        lines.give(own, "()")
    conditions = [(owed, row.condition(owed.when)) for owed in record.owes]
    if all(truth(condition) is not None for _, condition in conditions):
        items = tuple_of(_item(row, owed) for owed, condition in conditions if truth(condition))
        lines.give(own, python(items))
        return
    lines.add("found = ()")
    for owed, condition in conditions:
        if truth(condition) is False:
            continue
        if truth(condition) is None:
            lines.comment(at(owed.place))
            lines.expression("if ", condition, ":")
            with lines.under():
                lines.add(f"found += ({_item(row, owed)},)")
        else:
            lines.add(f"found += ({_item(row, owed)},)")
    lines.give(own, "found")


def _item(row: Row, owed: Owed) -> str:
    reason = row.module.constant(f"owed_{owed.id}", owed_reason("owed", owed))
    return f"({owed.id!r}, {proof(row, owed.proposition)}, {reason})"


def _insufficient(row: Row, record: PartyRecord, lines: Lines, own: str) -> None:
    lines.add("unsure = False")
    with lines.inside(f"for _, proof, _ in {lines.text(owes(row, record))}:"):
        lines.add("proven = proof(k, facts)")
        with lines.inside("if proven is False:"):
            lines.give(own, "True")
        lines.add("unsure = unsure or proven is None")
    lines.give(own, python("None if unsure else False"))


# -------------------------------------------------------------------------------------------------- all parties


def part(row: Row, which: str) -> ast.expr:
    """What a part of the whole record is read by."""
    writers = {
        "awaits": _awaits,
        "awaited": _awaited,
        "complete_at": _complete_at,
        "awaited_evidence": _awaited_evidence,
        "lacking": _lacking,
    }
    return row.kept("record", f"record_{which}", lambda lines, own: writers[which](row, lines, own))


def _each(row: Row, which: str) -> list[tuple[PartyRecord, ast.expr]]:
    return [(record, _after_receiving(row, record, which)) for record in row.program.records]


def _awaits(row: Row, lines: Lines, own: str) -> None:
    found: list[ast.expr] = [value for _, value in _each(row, "awaited")]
    whole = ast.BoolOp(ast.Or(), found) if len(found) > 1 else found[0] if found else ast.Constant(False)
    lines.give(own, whole)


def _awaited(row: Row, lines: Lines, own: str) -> None:
    lines.add("found = ()")
    for record, awaited in _each(row, "awaited"):
        lines.expression("if ", awaited, ":")
        with lines.under():
            lines.add(f"found += ({record.party!r},)")
    lines.give(own, "found")


def _complete_at(row: Row, lines: Lines, own: str) -> None:
    attribute = row.module.attribute
    lines.add("last = None")
    for record in row.program.records:
        function = receive(row, record)
        lines.add(f"in_time = {lines.text(in_time(row, record))}")
        with lines.inside(f"if {attribute(function, 'involved')}:"):
            with lines.inside(f"if {attribute(function, 'awaited')}:"):
                lines.give(own, "None")
            lines.add(f"at = in_time[0].at if in_time else {attribute(function, 'ends')}")
            with lines.inside("if at is not None and (last is None or at > last):"):
                lines.add("last = at")
    lines.give(own, "last")


def _awaited_evidence(row: Row, lines: Lines, own: str) -> None:
    lines.add("found = ()")
    for record, awaited in _each(row, "awaited"):
        lines.expression("if ", awaited, ":")
        with lines.under(), lines.inside(f"for name, _, _ in {lines.text(owes(row, record))}:"):
            lines.add("found += (name,)")
    lines.give(own, "found")


def _lacking(row: Row, lines: Lines, own: str) -> None:
    """What is owed, still matters and was found not to be proven."""
    may_drop = tables.dropped(row, lines)
    lines.add("found = ()")
    for record in row.program.records:
        if record.party in may_drop:
            with lines.inside(f"if {record.party!r} not in dropped:"):
                _list_unproven(row, record, lines)
        else:
            _list_unproven(row, record, lines)
    lines.give(own, "found")


def _list_unproven(row: Row, record: PartyRecord, lines: Lines) -> None:
    owed = lines.text(owes(row, record))
    with lines.inside(f"for name, proof, _ in {owed}:"), lines.inside("if proof(k, facts) is False:"):
        lines.add("found += (name,)")
