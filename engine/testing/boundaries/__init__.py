"""Tests for the last instant of every period, made from the cases of a pack for staff to approve."""

from engine.testing.boundaries.document import as_document
from engine.testing.boundaries.every_period import Boundaries, boundary_tests
from engine.testing.boundaries.period import MOMENTS, Boundary

__all__ = ["MOMENTS", "Boundaries", "Boundary", "as_document", "boundary_tests"]
