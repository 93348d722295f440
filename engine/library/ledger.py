"""The ledger of a pack: which versions are published, from which day, by whom and why. Only `publish` adds to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal

from engine.clock import BadTime, parse_date, parse_instant
from engine.diagnostics import InvalidDocument, Report, did_you_mean, quoted
from engine.document.nodes import Mapping as MappingNode
from engine.document.nodes import Node
from engine.document.read import items, text, under
from engine.policy.model import Policy
from engine.source import Place

LEDGER: Final = "published.yaml"
State = Literal["draft", "published", "retired"]


@dataclass(frozen=True, slots=True)
class Publication:
    """An entry of the ledger: from the local day `first_day` on, filings fall under the version.

    `digest` is that of the version's content. `at` is when it was published, `by` whom and `why`. `supersedes` names
    the version that it corrects. `place` is where it stands; None for one that is not written yet.
    """

    version: str
    first_day: date
    digest: str
    at: datetime
    by: str
    why: str
    supersedes: str | None = None
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Tenure:
    """The days on which filings fall under a version: from `first_day` until the day before that of `successor`.

    A tenure may be empty: the version was superseded from its first day on.
    """

    publication: Publication
    successor: Publication | None = None

    @property
    def version(self) -> str:
        return self.publication.version

    @property
    def first_day(self) -> date:
        return self.publication.first_day

    @property
    def next_day(self) -> date | None:
        """The first day after it; None while no other version follows."""
        return self.successor.first_day if self.successor is not None else None

    @property
    def empty(self) -> bool:
        return self.next_day is not None and self.next_day <= self.first_day

    def holds(self, day: date) -> bool:
        return self.first_day <= day and (self.next_day is None or day < self.next_day)


@dataclass(frozen=True, slots=True)
class Ledger:
    """The publications of a pack in the order in which they were made; `policy` is the one that it names."""

    publications: tuple[Publication, ...] = ()
    policy: tuple[str, Place] | None = None
    tenures: tuple[Tenure, ...] = field(init=False)
    _by_version: Mapping[str, Tenure] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        tenures = _tenures(self.publications)
        object.__setattr__(self, "tenures", tenures)
        object.__setattr__(self, "_by_version", MappingProxyType({tenure.version: tenure for tenure in tenures}))

    def tenure(self, version: str) -> Tenure | None:
        """The days of a version; None for a draft."""
        return self._by_version.get(version)

    def publication(self, version: str) -> Publication | None:
        tenure = self.tenure(version)
        return tenure.publication if tenure is not None else None

    def on(self, day: date) -> Tenure | None:
        """The tenure that a filing on a local day falls into; None before the first."""
        return next((tenure for tenure in self.tenures if tenure.holds(day)), None)

    def state(self, version: str, day: date) -> State:
        """What a version is on a day: retired once another has taken its place for all filings of that day on."""
        tenure = self.tenure(version)
        if tenure is None:
            return "draft"
        return "retired" if tenure.empty or (tenure.next_day is not None and tenure.next_day <= day) else "published"

    def superseded_by(self, version: str) -> Publication | None:
        """The publication that corrects a version; None when none does."""
        return next((one for one in self.publications if one.supersedes == version), None)

    def with_publication(self, publication: Publication, report: Report) -> Ledger:
        """The ledger with one more entry. What is wrong with that goes to the report."""
        if _may_follow(self, publication, report):
            return Ledger((*self.publications, publication), self.policy)
        return self


def _tenures(publications: Iterable[Publication]) -> tuple[Tenure, ...]:
    """Every publication with the next one in the order of days; of the same day, the one made later comes later."""
    ordered = sorted(publications, key=lambda one: one.first_day)
    return tuple(Tenure(one, after) for one, after in zip(ordered, [*ordered[1:], None], strict=False))


EMPTY: Final = Ledger()


def load_ledger(pack: Path, report: Report) -> Ledger:
    """The ledger of a pack's folder, empty where there is none. What is wrong with it goes to the report."""
    from engine.document import read_document

    path = pack / LEDGER
    if not path.exists():
        return EMPTY
    try:
        document = read_document(path)
    except InvalidDocument as problem:
        report.found.extend(problem.diagnostics)
        return EMPTY
    return read_ledger(document, report)


def read_ledger(document: Node, report: Report) -> Ledger:
    """The ledger in a document; what cannot be used is left out, and the report says why."""
    from engine.document import check
    from engine.policy.schemas import shipped

    before = len(report.errors)
    check(document, shipped("ledger"), report)
    if len(report.errors) > before or not isinstance(document, MappingNode):
        return EMPTY
    node = under(document, "policy")
    ledger = Ledger((), (text(document, "policy"), node.place if node else document.place))
    for item in items(under(document, "publications")):
        publication = _publication(item, report)
        if publication is not None:
            ledger = ledger.with_publication(publication, report)
    return ledger


def _publication(node: Node, report: Report) -> Publication | None:
    first_day: date | None = None
    at: datetime | None = None
    try:
        first_day = parse_date(text(node, "from"))
    except BadTime as problem:
        report.error("ledger/time", str(problem), _place(node, "from"))
    try:
        at = parse_instant(text(node, "at"))
    except BadTime as problem:
        report.error("ledger/time", str(problem), _place(node, "at"))
    if first_day is None or at is None:
        return None
    supersedes = text(node, "supersedes") or None
    return Publication(
        text(node, "version"), first_day, text(node, "digest"), at, text(node, "by"), text(node, "why"), supersedes,
        node.place,
    )  # fmt: skip


def _place(node: Node, key: str) -> Place:
    value = under(node, key)
    return value.place if value is not None else node.place


def _may_follow(ledger: Ledger, new: Publication, report: Report) -> bool:
    """Whether a publication may be added: the first of its version, later than all others or in place of one."""
    before = ledger.publication(new.version)
    if before is not None:
        message = f"version {new.version} is published already, from {before.first_day} on"
        help = "give what is new the next number: `aftersale new`"
        report.error("ledger/published-twice", message, new.place, related=_beside("the other one", before), help=help)
        return False
    if new.supersedes is not None:
        return _may_supersede(ledger, new.supersedes, new, report)
    last = ledger.tenures[-1] if ledger.tenures else None
    if last is None or new.first_day > last.first_day:
        return True
    when = "on the same day" if new.first_day == last.first_day else f"before {last.version}, on {last.first_day}"
    report.error(
        "ledger/order",
        f"version {new.version} would begin {when}: each version begins after all that are published",
        new.place,
        related=_beside(f"{last.version} is published here", last.publication),
        help="name a later day, or say which version it supersedes: that one then ends on the day before",
    )
    return False


def _may_supersede(ledger: Ledger, name: str, new: Publication, report: Report) -> bool:
    old = ledger.tenure(name)
    if old is None:
        published = [tenure.version for tenure in ledger.tenures]
        hint = did_you_mean(name, published) or (f"published: {', '.join(published)}" if published else None)
        report.error("ledger/supersedes", f"version {quoted(name)} is not published", new.place, help=hint)
        return False
    if old.holds(new.first_day):
        return True
    days = f"from {old.first_day} on" if old.next_day is None else f"from {old.first_day} to before {old.next_day}"
    governs = "governs no filing any more" if old.empty else f"governs filings {days}"
    report.error(
        "ledger/supersedes",
        f"version {new.version} cannot supersede {name} from {new.first_day} on: {name} {governs}",
        new.place,
        related=_beside(f"{name} is published here", old.publication),
        help=None if old.empty else "name a day on which it governs",
    )
    return False


def _beside(message: str, other: Publication) -> list[tuple[str, Place]]:
    return [(message, other.place)] if other.place is not None else []


def check_files(ledger: Ledger, files: Iterable[str], report: Report) -> None:
    """Every version that is published has its file."""
    known = list(files)
    for publication in ledger.publications:
        if publication.version not in known:
            message = f"version {publication.version} is published, and its file is not there"
            help = f"restore {publication.version}.yaml: a published version is kept for the cases that it governs"
            report.error("ledger/no-file", message, publication.place, help=help)


def check_unchanged(policy: Policy, ledger: Ledger, report: Report) -> bool:
    """Whether a version is what was published, or a draft. A published one whose content is another is refused."""
    publication = ledger.publication(policy.version)
    if publication is None or publication.digest == policy.digest:
        return True
    node = under(policy.document, "version")
    report.error(
        "pack/edited",
        f"version {policy.version} was changed after it was published: its content is "
        f"{quoted(policy.digest)}, and {quoted(publication.digest)} was published",
        node.place if node else policy.document.place,
        related=_beside("it is published here", publication),
        help="restore the file as it was published; what is to change goes into a new version: "
        f"`aftersale new VERSION --from {policy.version}`",
    )
    return False
