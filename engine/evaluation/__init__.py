"""Decide one case: under its row, or under every row while the row is not known; and by which version."""

from engine.evaluation.any_row import run_any
from engine.evaluation.governing import governing
from engine.evaluation.one_row import run
from engine.evaluation.quick import Quick

__all__ = ["Quick", "governing", "run", "run_any"]
