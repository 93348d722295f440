"""Rows as generated Python: the fast way to run a linked program, where all that is asked is known."""

from engine.backends.compiled.generate import Ask, Decide, build, build_table, generate, generate_table
from engine.backends.compiled.known import NotKnown
from engine.backends.compiled.writing import Generated

__all__ = ["Ask", "Decide", "Generated", "NotKnown", "build", "build_table", "generate", "generate_table"]
