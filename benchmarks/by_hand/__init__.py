"""Version 1.0.0 of the shipped policy written by hand, as a programmer would who has no rules engine.

It is the yardstick of the single decision: written from the readings and the clauses, for speed, and for cases of which
all that is asked is known. Nothing of the engine is used to decide.
"""

from benchmarks.by_hand.decide import Plain, decide

__all__ = ["Plain", "decide"]
