"""Reads the cases of one version: the first few plainly, and then by a check made for its facts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from engine.case.from_data import whole_case
from engine.case.model import WholeCase
from engine.diagnostics import InvalidDocument
from engine.document.json_quick import quick_json

if TYPE_CHECKING:
    from engine.case.check import Check
    from engine.policy.model import Policy

FEW: Final = 8  # cases that take about as long to read plainly as the check takes to be made


class CaseReader:
    """Cases to a `WholeCase`, from plain data or from JSON. It may be shared by threads."""

    __slots__ = ("_check", "_few", "_policy")

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._check: Check | None = None
        self._few = 0

    def __reduce__(self) -> tuple[type[CaseReader], tuple[Policy]]:
        return CaseReader, (self._policy,)

    def read(self, data: object) -> WholeCase:
        """What `from_data.whole_case` gives. Raises InvalidDocument with everything that is wrong."""
        checked = self._checked(data)
        return whole_case(data, self._policy) if checked is None else checked[0]

    def read_json(self, content: bytes) -> WholeCase:
        """The case in a JSON text, read strictly. Raises InvalidDocument with everything that is wrong, with places."""
        quick = quick_json(content)
        if quick is not None and (found := self.read_quick(*quick)) is not None:
            return found
        from engine.case.written import from_json, placed

        document = from_json(content)
        try:
            return self.read(document.data)
        except InvalidDocument as problem:
            raise placed(problem, document) from None

    def read_quick(self, data: object, commas: int) -> WholeCase | None:
        """The case in data that `quick_json` gave; None when it has to be read slowly, for whatever reason."""
        checked = self._checked(data)
        # fewer commas than in the text: a key stood twice
        return None if checked is None or checked[1] != commas else checked[0]

    def prepare(self) -> Check:
        """Make the check now."""
        from engine.case.check import Check

        self._check = Check(self._policy)
        return self._check

    def _checked(self, data: object) -> tuple[WholeCase, int] | None:
        """A case as the check reads it, and the commas that JSON needs for its data. None for data that it leaves to
        the slow way, and for the first few cases: not every command has many."""
        check = self._check
        if check is None:
            self._few += 1
            if self._few <= FEW:
                return None
            check = self.prepare()
        try:
            return check.read(data)
        except (KeyError, TypeError, ValueError, AttributeError):
            return None
