"""What is not known: a value of three-valued logic that remembers what it waits for.

The logic is Kleene's strong three-valued logic (S. C. Kleene, Introduction to Metamathematics, 1952, section 64).
"""

from __future__ import annotations

from typing import Final, NoReturn


class Unknown:
    """A value that hangs on missing facts.

    `facts` are all the facts that must be found out, in the order met; `findings` are those that only a person can
    make, and of these only the ones of the first open part, since later ones may never be needed. `sure` is the part
    of a list that is known already. An Unknown is never true and never false, and asking it to be raises TypeError.
    """

    __slots__ = ("facts", "findings", "sure")

    def __init__(self, facts: tuple[str, ...] = (), findings: tuple[str, ...] = (), sure: tuple[str, ...] = ()) -> None:
        self.facts: Final = facts
        self.findings: Final = findings
        self.sure: Final = sure

    def __bool__(self) -> NoReturn:
        raise TypeError("an unknown value is neither true nor false")

    def __repr__(self) -> str:
        return f"Unknown(facts={self.facts}, findings={self.findings})"

    @property
    def waits_for_findings_only(self) -> bool:
        return not self.facts

    def and_also(self, other: Unknown) -> Unknown:
        """Both are open, this one first."""
        if self.facts == other.facts or not other.facts:
            return self
        return Unknown(tuple(dict.fromkeys(self.facts + other.facts)), self.findings)

    def knowing(self, sure: tuple[str, ...]) -> Unknown:
        """A list that waits for the same, of which this much is known."""
        return Unknown(self.facts, self.findings, sure)


def waiting(*values: object) -> Unknown | None:
    """What the unknown ones among the values wait for together; None when all are known."""
    found: Unknown | None = None
    for value in values:
        if isinstance(value, Unknown):
            found = value if found is None else found.and_also(value)
    return found
