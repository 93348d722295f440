"""Reads the cases of one version: the first few plainly, and then by a check made for its facts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from engine.case.from_data import read
from engine.case.model import Reading
from engine.diagnostics import InvalidDocument

if TYPE_CHECKING:
    from engine.case.compiled import Check
    from engine.policy.model import Policy

FEW: Final = 16  # cases that take about as long to read plainly as the check takes to be made


class CaseReader:
    """Cases to a `Reading`, from plain data or from JSON. It may be shared by threads."""

    __slots__ = ("_check", "_few", "_policy")

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._check: Check | None = None
        self._few = 0

    def __reduce__(self) -> tuple[type[CaseReader], tuple[Policy]]:
        return CaseReader, (self._policy,)

    def read(self, data: object) -> Reading:
        """What `from_data.read` gives. Raises InvalidDocument with everything that is wrong."""
        checked = self._checked(data)
        return read(data, self._policy) if checked is None else checked[0]

    def read_json(self, content: bytes) -> Reading:
        """The case in a JSON text, read strictly. Raises InvalidDocument with everything that is wrong, with places."""
        from engine.document.json_quick import quick_json

        quick = quick_json(content)
        if quick is not None and (reading := self.read_quick(*quick)) is not None:
            return reading
        from engine.case.written import from_json, placed

        document = from_json(content)
        try:
            return self.read(document.data)
        except InvalidDocument as problem:
            raise placed(problem, document) from None

    def read_quick(self, data: object, commas: int) -> Reading | None:
        """The case in data that `quick_json` gave; None when it has to be read slowly, for whatever reason."""
        checked = self._checked(data)
        # fewer commas than in the text: a key stood twice
        return None if checked is None or checked[1] != commas else checked[0]

    def _checked(self, data: object) -> tuple[Reading, int] | None:
        """A case as the check reads it, and the commas that JSON needs for its data. None for data that it leaves to
        the slow way, and for the first few cases: not every command has many."""
        if self._check is None:
            self._few += 1
            if self._few <= FEW:
                return None
            from engine.case.compiled import check_of

            self._check = check_of(self._policy)
        try:
            return self._check(data)
        except (KeyError, TypeError, ValueError, AttributeError):
            return None
