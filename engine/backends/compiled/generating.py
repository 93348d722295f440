"""A linked row as Python source."""

from __future__ import annotations

import re
from typing import Final

from engine.backends.compiled import alone, whole
from engine.backends.compiled.generated import Generated
from engine.backends.compiled.row import Row
from engine.backends.compiled.writing import pruned
from engine.link.program import Program, Table
from engine.resources import ENGINE_VERSION

_TESTED: Final = re.compile(r"\bk\.(\w+) is (?:not )?UNREAD")
_HEAD: Final = """\
# {policy} {version}, {part}: written by aftersale {engine} from the checked policy.
# `facts` are those of the case; what is asked and not there raises KeyError, and a finding that is not made yet
# NotKnown: then the reference meaning decides. `k` keeps what is worked out. Names in capitals are constants.
"""


def generate(program: Program) -> Generated:
    """A row as Python source with its constants. The same program gives the same text."""
    row = Row(program)
    return finished(row, whole.write(row), program.scenario)


def generate_table(program: Program, table: Table) -> Generated:
    """One table of a row, alone, as Python source with its constants."""
    row = Row(program)
    return finished(row, alone.write(row, table), f"{program.scenario}, {table.name}")


def finished(row: Row, entry: str, part: str) -> Generated:
    """What is written of a row so far. `entry` is the function to call, `part` says what it is."""
    policy = row.program.policy
    head = _HEAD.format(policy=policy.name, version=policy.version, part=part, engine=ENGINE_VERSION)
    functions, attributes = pruned(row.module.functions, row.module.attributes)
    parts = [head, *([_known(attributes, functions)] if attributes or "Known(" in functions[-1] else []), *functions]
    return Generated("\n\n".join(part.rstrip("\n") for part in parts) + "\n", row.module.constants, entry)


def _known(attributes: list[str], functions: list[str]) -> str:
    tested = set(_TESTED.findall("\n".join(functions)))  # the others are set before anything reads them
    lines = ["class Known:", "    __slots__ = ("]
    lines += [f"        {name!r}," for name in ("as_of", *attributes)]
    lines += ["    )", "", "    def __init__(self, as_of):", "        self.as_of = as_of", "        _ = UNREAD"]
    lines += [f"        self.{name} = _" for name in attributes if name in tested]
    return "\n".join(lines)
