"""A program as plain parts, as one cold command reads it back: the fields of its classes without the classes.

Making these classes takes Python longer than anything else in such a command. The reference looks at the fields of a
program, and at the name of a class where it has to know what a name means; so parts that have both decide as well.
"""

from __future__ import annotations

from types import MappingProxyType, SimpleNamespace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.link.program import Program

_KINDS: dict[str, type[SimpleNamespace]] = {}


def part(kind: str, fields: dict[str, Any]) -> SimpleNamespace:
    """A part whose class is called like the one that it stands for."""
    found = _KINDS.get(kind)
    if found is None:
        found = _KINDS[kind] = type(kind, (SimpleNamespace,), {})
    return found(**fields)


def program_in_parts(program: Program) -> bytes:
    """A program as a pickle of parts, as far as deciding goes through it: nothing of the document, no place in it."""
    import io
    import pickle
    from dataclasses import fields, is_dataclass

    from engine.clock import Amount
    from engine.document.nodes import Mapping, Scalar, Sequence
    from engine.document.text_places import SpanOf
    from engine.policy.basis import Basis
    from engine.source import Place

    class Pickler(pickle.Pickler):
        def reducer_override(self, value: Any) -> Any:
            match value:
                case Mapping() | Scalar() | Sequence() | Place() | SpanOf():
                    return type(None), ()
                case MappingProxyType():
                    return dict, (), None, None, iter(value.items())
                case type() | Amount() | Basis():  # a cold command has these classes anyway
                    return NotImplemented
                case _ if is_dataclass(value):
                    return part, (type(value).__name__, {one.name: getattr(value, one.name) for one in fields(value)})
                case _:
                    return NotImplemented

    stream = io.BytesIO()
    Pickler(stream, pickle.HIGHEST_PROTOCOL).dump(program)
    return stream.getvalue()
