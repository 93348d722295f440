"""What a service holds to write letters: the notices of a pack, checked once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

from engine.case.model import Case
from engine.decision import Decision
from engine.diagnostics import InvalidDocument, Report, did_you_mean, quoted
from engine.notices.check import check_catalogue
from engine.notices.compose import compose
from engine.notices.model import Catalogue, Letter
from engine.notices.read import notice_files, read_catalogue
from engine.notices.template import available
from engine.notices.view import View, view
from engine.pack import Pack, Version, load_pack

T = TypeVar("T")
EXTRA: Final = "install it with `pip install 'aftersale[notices]'`"


class NoNotices(Exception):
    """No letters can be written at all; str() says why."""


@dataclass(frozen=True, slots=True)
class Notices:
    """The notices of a pack. Immutable; may be shared by threads."""

    pack: Pack
    catalogue: Catalogue

    @property
    def readers(self) -> tuple[str, ...]:
        return tuple(self.catalogue.readers)

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(self.catalogue.languages)

    def view(self, version: Version, case: Case, decision: Decision, reader: str, title: str = "") -> View:
        """What a reader may see of the decision of a case. Raises ValueError for a reader that is not there, and for
        another case or version than that of the decision."""
        if decision.case_digest != case.digest or decision.policy.version != version.name:
            raise ValueError("this is not the decision of this case by this version")
        return view(_named("reader", reader, self.catalogue.readers), version.policy, case, decision, title)

    def letter(
        self,
        version: Version,
        case: Case,
        decision: Decision,
        reader: str,
        language: str = "en",
        zone: ZoneInfo | None = None,
        title: str = "",
    ) -> Letter:
        """The letter to a reader about the decision of a case. `zone` is the reader's own (default: that of the
        dispute); `title` is shown only to those who may see it. Raises ValueError as `view`, and for a language that is
        not there."""
        seen = self.view(version, case, decision, reader, title)
        texts = _named("language", language, self.catalogue.languages)
        clauses = self.pack.registers.under(version.policy).clauses
        return compose(seen, version.policy, clauses, texts, zone or decision.zone)


def load_notices(pack: Pack) -> Notices:
    """The notices of a pack, checked against its versions; texts that only a draft needs may be missing, and are told
    when a letter needs them. Raises InvalidDocument with every problem, and NoNotices where the pack has none or Jinja
    is not installed."""
    if not notice_files(pack.folder):
        raise NoNotices(f"the pack {pack.name!r} has no notices: no folder `notices` with `readers.yaml`")
    if not available():
        raise NoNotices(f"letters need the package `jinja2`; {EXTRA}")
    report = Report()
    catalogue = check_notices(pack, report, [one.version for one in pack.ledger.publications] or None)
    report.stop_if_wrong()
    assert catalogue is not None
    return Notices(pack, catalogue)


def check_notices(
    pack: Pack, report: Report, needed: Collection[str] | None = None, later: Collection[str] = ()
) -> Catalogue | None:
    """As `load_notices`, with what is wrong in the report; None where there is nothing to be used. The texts of the
    versions that are `needed` have to be there, or of all; for those that only versions in `later` need there is a
    warning."""
    catalogue = read_catalogue(pack.folder, report)
    if catalogue is None:
        return None
    if not available():
        place = catalogue.document.place
        report.warning("notice/not-checked", "the notices were not checked: they need the package `jinja2`", place,
                       help=EXTRA)  # fmt: skip
        return catalogue
    whole, own = _whole(pack), Report()
    programs = {name: version.programs for name, version in whole.versions.items()}
    check_catalogue(catalogue, programs, pack.registers.clauses, own, needed, later)
    unclear = {"notice/unknown-name"} if whole.faults else set()  # a draft with faults may have the name
    report.found += [one for one in own.found if one.code not in unclear]
    return catalogue


def _whole(pack: Pack) -> Pack:
    """The pack with all of its versions: a name is known when any of them has it."""
    from engine.library import version_files

    if pack.versions.keys() | pack.faults.keys() >= version_files(pack.folder).keys():
        return pack
    try:
        return load_pack(pack.folder)
    except InvalidDocument:
        return pack


def _named(what: str, name: str, options: Mapping[str, T]) -> T:
    if name not in options:
        hint = did_you_mean(name, options) or f"there are {', '.join(options)}"
        raise ValueError(f"no {what} {quoted(name)}; {hint}")
    return options[name]
