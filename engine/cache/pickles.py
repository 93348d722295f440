"""Values as pickles and back. Reading one loads no more than what is in it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

try:
    from _pickle import loads as loads  # what `pickle` offers too, with all else
except ImportError:
    from pickle import loads as loads


def dumped(value: object) -> bytes:
    """A value as a pickle; mappings that cannot be written to are so again when it is read."""
    import io
    import pickle

    stream = io.BytesIO()
    pickler = pickle.Pickler(stream, pickle.HIGHEST_PROTOCOL)
    pickler.dispatch_table = {MappingProxyType: lambda content: (frozen, (dict(content),))}
    pickler.dump(value)
    return stream.getvalue()


def frozen(content: dict[Any, Any]) -> Mapping[Any, Any]:
    """A mapping that cannot be written to: pickles name this function, since they cannot name the type."""
    return MappingProxyType(content)
