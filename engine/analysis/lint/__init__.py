"""What is valid in a version and still suspicious: one module for each family of questions."""

from __future__ import annotations

from engine.analysis.lint.run import lint
from engine.analysis.lint.upkeep import upkeep

__all__ = ["lint", "upkeep"]
