"""The functions of a telling under way, by what they work out."""

from __future__ import annotations

import re
from collections.abc import Iterable

from engine.backends.compiled.writing import Module, at
from engine.evaluation.telling.conditions import Conditions
from engine.explanation.model import PartTrace, Seen, made
from engine.link.program import Program, Table
from engine.source import Place

READS = "F, V, O"
TELLS = "F, V, O, S, T"
GIVEN = re.compile(r"\b[FVOST]\b")  # which may be in a text, too: then it is told anew every time
MADE_OF = {"made": made, "PartTrace": PartTrace, "Seen": Seen}


class Sheet:
    """Python of one row under way. `F` are facts that were read, `V` what was read besides, `O` what became of tables,
    `S` what is told of facts, `T` what is told besides."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.module = Module()
        self.conditions = Conditions(program, self.module)
        self.reads: dict[str, str] = {}
        self.settles: dict[str, str] = {}
        self.tells: dict[str, str] = {}

    def read(self, what: str, lines: Iterable[str], place: Place | None = None) -> None:
        """Write what works out a value in `V`."""
        self.reads[what] = self._function(f"read_{what}", READS, lines, place)

    def settle(self, table: Table, lines: Iterable[str]) -> None:
        """Write what works out which rules of a table hold."""
        self.settles[table.name] = self._function(f"settle_{table.name}", READS, lines, table.place)

    def tell(self, what: str, lines: Iterable[str], place: Place | None = None) -> None:
        """Write what tells something."""
        self.tells[what] = self._function(f"tell_{what}", TELLS, lines, place)

    def place(self, place: Place) -> str:
        """The constant of a place."""
        return self.module.constant(f"line_{place.line}", place)

    def fixed(self, called: str, text: str) -> str:
        """What is told, as a constant where it is the same in every case."""
        if GIVEN.search(text):
            return text
        name = self.module.name("told", f"TOLD_{called.upper()}")
        self.module.constants[name] = eval(text, {**MADE_OF, **self.module.constants})
        return name

    def _function(self, called: str, parameters: str, lines: Iterable[str], place: Place | None) -> str:
        name = self.module.name("function", called)
        head = [f"def {name}({parameters}):", *([] if place is None else [f"    # {at(place)}"])]
        self.module.functions.append("\n".join([*head, *(f"    {line}" for line in lines)]))
        return name
