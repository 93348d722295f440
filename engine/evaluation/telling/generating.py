"""The telling of a whole row as Python source: read what a decision reads, in its order, then tell it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from engine.backends.compiled.generated import Generated
from engine.backends.compiled.writing import tuple_of
from engine.evaluation.telling import names, reading, tables
from engine.evaluation.telling.parts import is_asked, of_window, some_hold
from engine.evaluation.telling.sheet import Sheet
from engine.expr.scope import PROVEN
from engine.link.parts import windows
from engine.link.program import Formula, Program
from engine.resources import ENGINE_VERSION

_HEAD: Final = """\
# {policy} {version}, {scenario}, its explanation: written by aftersale {engine} from the checked policy.
# `F` are the facts that were read, `V` what was read besides, `O` which rules of a table hold (by number; below
# zero: none), `S` what is told of facts, `T` what is told besides: each is worked out when it is first asked for.
# A fact that is not known, or a finding that is not made yet, raises NotKnown: then the reference meaning explains.
"""
ENTRY: Final = "ROW"


def generate(program: Program) -> Generated:
    """The telling of a row as Python source with its constants. The same program gives the same text."""
    sheet = Sheet(program)
    reading.write(sheet)
    tables.write(sheet)
    names.write(sheet)
    sheet.tell("the row", _whole(sheet))
    policy = program.policy
    head = _HEAD.format(
        policy=policy.name, version=policy.version, scenario=program.scenario, engine=ENGINE_VERSION
    ).rstrip("\n")
    whole = f"{ENTRY} = READS, SETTLES, TELLS"
    listed = (
        "\n".join([f"{name} = {{", *(f"    {what!r}: {function}," for what, function in functions.items()), "}"])
        for name, functions in (("READS", sheet.reads), ("SETTLES", sheet.settles), ("TELLS", sheet.tells))
    )
    return Generated("\n\n".join([head, *sheet.module.functions, *listed, whole]) + "\n", sheet.module.constants, ENTRY)


def _whole(sheet: Sheet) -> Iterator[str]:
    program = sheet.program
    standing = program.standing
    yield f"stands = O[{standing.name!r}]"
    yield "if stands < 0:"
    yield "    raise NotKnown"
    yield from _fields(program)
    yield from _reasons(program)
    yield from _deadlines(program)
    yield "V['the zone']"
    every = tuple(program.tables)
    listed = tuple(window.name for window in windows(program))
    parties = tuple(record.party for record in program.records)
    owes = tuple(f"owes {owed.id}" for record in program.records for owed in record.owes)
    formulas = tuple(name for name, meaning in program.names.items() if isinstance(meaning, Formula))
    yield "consulted = list(O)"
    yield f"listed = [name for name in {listed!r} if 'window ' + name in V]"
    yield f"parties = [name for name in {parties!r} if 'party ' + name in V]"
    yield f"formulas = [name for name in {formulas!r} if name in V]"
    yield f"T.owed = {{name for name in {owes!r} if name in V}}"
    yield "told = ("
    yield "    tuple([T['table ' + name] for name in consulted]),"
    yield f"    tuple([name for name in {every!r} if name not in consulted]),"
    yield "    tuple([T['window ' + name] for name in listed]),"
    yield "    tuple([T['party ' + name] for name in parties]),"
    yield "    tuple([T[name] for name in formulas]),"
    yield ")"
    title = program.policy.rows[program.scenario].title
    yield f"head = ({program.scenario!r}, {title!r}, True, {standing.name!r})"
    yield "return made(RowTrace, (*head, *told, tuple([S[name] for name in F])))"


def _fields(program: Program) -> Iterator[str]:
    """What the fields of the decision hang on."""
    read: set[str] = set()
    for field in program.policy.fields.values():
        for table, name in zip(program.tables_of[field.name], program.names_of[field.name], strict=True):
            if table.name not in read:
                yield f"O[{table.name!r}]"
                read.add(table.name)
            written = (rule.says.get(field.name) for rule in table.rules)
            numbers = [number for number, said in enumerate(written) if said is not None and said.names]
            if numbers:
                yield f"if {some_hold(table, numbers)}:"
                yield f"    V[{name!r}]"
            if not field.many:
                break
    yield from (f"O[{name!r}]" for name in program.tables if name not in read)  # which the reasons ask


def _reasons(program: Program) -> Iterator[str]:
    """What the reasons hang on besides: what is owed and proven, where a rule that decides tells of it."""
    standing = program.standing
    others = {table.name: is_asked(table) for table in program.tables.values() if table is not standing}
    tables = [(program.tables[name], asked) for name, asked in others.items()]
    tables += [(table, _chosen(program, name)) for name, table in program.choices.items()]
    says = [number for number, rule in enumerate(standing.rules) if rule.says_owed]
    tells = [some_hold(standing, says)] if says else []
    tells += [counts for table, counts in tables if table.reads_owed]
    if not tells:
        return
    yield f"if {' or '.join(tells)}:"
    owed = [owed for record in program.records for owed in record.owes]
    yield from (f"    V['owes {one.id}']" for one in owed)
    for table, counts in tables:
        if table.proofs:
            yield f"    if {counts}:"
            yield from (f"        V[{PROVEN + proposition!r}]" for proposition in table.proofs)
    yield from (f"    V[{PROVEN + one.proposition!r}]" for one in owed)
    yield "    pass"


def _chosen(program: Program, name: str) -> str:
    """Whether a rule that decides reads a choice."""
    found = []
    for table in program.tables.values():
        numbers = [number for number, rule in enumerate(table.rules) if name in rule.choices]
        if numbers:
            found.append(some_hold(table, numbers))
    return f"({' or '.join(found) or 'False'})"


def _deadlines(program: Program) -> Iterator[str]:
    """What the deadlines hang on that the standing rule shows."""
    rules = program.standing.rules
    for window in program.shown:
        shown = [n for n, rule in enumerate(rules) if rule.deadlines is None or window.deadline in rule.deadlines]
        ends, paused, met = (of_window(program, window, part) for part in ("ends", "paused", "met"))
        yield f"if stands in {tuple_of(map(str, shown))} and {ends} is not None and not {paused}:"
        yield f"    {met}"
