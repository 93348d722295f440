"""Decide one case: under its row, or under every row while the row is not known."""

from engine.evaluation.any_row import run_any
from engine.evaluation.one_row import run

__all__ = ["run", "run_any"]
