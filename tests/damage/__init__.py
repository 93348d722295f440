"""Damaged files: the shipped pack and a case, made wrong in many ways, and what becomes of each.

`every()` gives all damages, `sample(count)` some of every way. Both are the same on every run.
"""

from __future__ import annotations

from random import Random

from tests.damage import ways_formula, ways_policy, ways_registers, ways_structure, ways_text, ways_yaml
from tests.damage.model import WAYS, Damage, base

__all__ = ["WAYS", "Damage", "every", "sample"]

_MODULES = (ways_text, ways_yaml, ways_formula, ways_policy, ways_structure, ways_registers)


def every() -> list[Damage]:
    """All damages; a file that comes out as it was is none."""
    found: dict[tuple[str, bytes], Damage] = {}
    for name, (kinds, function) in WAYS.items():
        for kind in kinds:
            for damage in function(base(kind), Random(f"{name} {kind}")):
                if damage.data != base(kind).text.encode():
                    found.setdefault((kind, damage.data), damage)
    return list(found.values())


def sample(count: int) -> list[Damage]:
    """About so many damages, of every way in every kind of document at least one."""
    groups: dict[tuple[str, str], list[Damage]] = {}
    for damage in every():
        groups.setdefault((damage.way, damage.kind), []).append(damage)
    total = sum(map(len, groups.values()))
    chosen = []
    for key, group in groups.items():
        wanted = max(1, round(count * len(group) / total))
        chosen += Random(f"sample {key}").sample(group, min(wanted, len(group)))
    return chosen
