"""Rows as generated Python: the fast way to run a linked program, where all that is asked is known."""

from engine.backends.compiled.generate import Decide, build, generate
from engine.backends.compiled.known import NotKnown
from engine.backends.compiled.writing import Generated

__all__ = ["Decide", "Generated", "NotKnown", "build", "generate"]
