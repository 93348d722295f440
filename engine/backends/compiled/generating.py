"""A linked row as Python source."""

from __future__ import annotations

from typing import Final

from engine.backends.compiled import alone, whole
from engine.backends.compiled.generated import Generated
from engine.backends.compiled.row import Row
from engine.link.program import Program, Table
from engine.resources import ENGINE_VERSION

_HEAD: Final = """\
# {policy} {version}, {part}: written by aftersale {engine} from the checked policy.
# `facts` are those of the case; what is asked and not there raises KeyError, and a finding that is not made yet
# NotKnown: then the reference meaning decides. Names in capitals are constants, told at the end.
"""


def generate(program: Program) -> Generated:
    """A row as Python source with its constants. The same program gives the same text."""
    row = Row(program)
    return finished(row, whole.write(row), program.scenario)


def generate_table(program: Program, table: Table) -> Generated:
    """One table of a row, alone, as Python source with its constants."""
    row = Row(program, table)
    return finished(row, alone.write(row, table), f"{program.scenario}, {table.name}")


def finished(row: Row, entry: str, part: str) -> Generated:
    """What is written of a row so far. `entry` is the function to call, `part` says what it is."""
    policy = row.program.policy
    head = _HEAD.format(policy=policy.name, version=policy.version, part=part, engine=ENGINE_VERSION)
    return Generated("\n\n".join([head.rstrip("\n"), *row.module.functions]) + "\n", row.module.constants, entry)
