"""A version is published: what speaks against it is told first, then one entry is added to the ledger, in one step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

from engine.diagnostics import InvalidDocument, Report
from engine.document import Mapping, Node, read_yaml
from engine.document.nodes import Sequence
from engine.document.read import under
from engine.document.scalars import as_quoted, as_scalar
from engine.library import LEDGER, Ledger, Publication, Tenure, read_ledger
from engine.library.writing import Changed, replace_file
from engine.notices import check_notices
from engine.pack import Pack, Version
from engine.source import Source

HEAD: Final = """\
# Which versions are published: from which local day of filing, by whom and why. `aftersale publish` adds to it; nothing
# in it is ever changed, and the versions that it names are not edited any more.
register: ledger
policy: {policy}
publications:
"""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for: a version from a local day of filing on, by whom and why.

    `first_day` may be None where the version itself says the day. `supersedes` names the version that it corrects;
    `backdated` that the day may lie in the past all the same.
    """

    version: str
    first_day: date | None
    by: str
    why: str
    supersedes: str | None = None
    backdated: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """A publication that nothing speaks against: the ledger before and after it, as text and as meant."""

    pack: Pack
    version: Version
    publication: Publication
    after: Ledger
    text: str
    written: bytes | None

    @property
    def follows(self) -> Tenure | None:
        """The tenure that ends when this one begins; None for a first version."""
        own = self.publication
        ending = [tenure for tenure in self.after.tenures if tenure.successor == own]
        return ending[0] if ending else None

    @property
    def tenure(self) -> Tenure:
        """The days of filing that fall under the version."""
        found = self.after.tenure(self.publication.version)
        assert found is not None
        return found


def plan(pack: Pack, written: bytes | None, wish: Wish, now: datetime, today: date) -> Plan:
    """The plan of a publication. `written` is the content of the ledger's file as it was before the pack was loaded.

    `now` is noted as the moment of publication; `today` is the day on which it is made. Raises InvalidDocument with
    everything that speaks against it.
    """
    version = pack.version(wish.version)
    report = Report()
    _check_changes(version, pack.ledger, report)
    first_day = _first_day(version, wish, report)
    digest = version.policy.digest
    publication = Publication(version.name, first_day, digest, now, wish.by, wish.why, wish.supersedes)
    after = pack.ledger.with_publication(publication, report)
    _check_past(pack.ledger, wish, first_day, today, report)
    check_notices(pack, report, {version.name, *(one.version for one in pack.ledger.publications)})
    report.stop_if_wrong()
    return Plan(pack, version, publication, after, with_entry(pack, written, publication, after), written)


def carry_out(plan: Plan) -> None:
    """Add the entry to the ledger, in one step. Raises InvalidDocument when somebody else was faster, OSError when the
    file cannot be written; then the ledger is as it was."""
    try:
        replace_file(plan.pack.folder / LEDGER, plan.text, plan.written)
    except Changed:
        report = Report()
        message = "the ledger was changed while this was going on: somebody else published a version"
        report.error("publish/changed-meanwhile", message, help="look at `aftersale versions`, and begin again")
        raise InvalidDocument(report.found) from None


def written_ledger(folder: Path) -> bytes | None:
    """The content of the ledger's file; None where there is none. Raises OSError."""
    path = folder / LEDGER
    return path.read_bytes() if path.exists() else None


# ------------------------------------------------------------------------------------------------- what speaks against


def _check_changes(version: Version, ledger: Ledger, report: Report) -> None:
    if ledger.publications and not version.policy.changes:
        node = under(version.policy.document, "changes")
        message = f"version {version.name} does not say what changes against the version before"
        place = node.place if node is not None else version.policy.document.place
        report.error("publish/no-changes", message, place, help="write it under `changes:`, one sentence each")


def _first_day(version: Version, wish: Wish, report: Report) -> date:
    """The day that is asked for, or else the one that the version is meant for. Raises InvalidDocument for neither."""
    meant = version.policy.effective_from
    if wish.first_day is None:
        if meant is not None:
            return meant
        help = "say `--from DATE`, the first local day of filing that falls under it"
        report.error("publish/no-day", f"it is not said from when on version {version.name} is to hold", help=help)
        raise InvalidDocument(report.found)
    if meant is not None and meant != wish.first_day:
        node = under(version.policy.document, "effective_from")
        report.error(
            "publish/other-day",
            f"version {version.name} is meant for filings from {meant} on, not from {wish.first_day}",
            node.place if node is not None else None,
            help="correct the day that is wrong, or take the line out of the version",
        )
    return wish.first_day


def _check_past(ledger: Ledger, wish: Wish, first_day: date, today: date, report: Report) -> None:
    """A day in the past would change which version governs cases that were filed already."""
    if first_day >= today or not ledger.tenures or wish.supersedes is not None or wish.backdated:
        return
    tenure = ledger.on(first_day)
    instead = f"`--supersedes {tenure.version}` if it corrects that version, or " if tenure is not None else ""
    report.error(
        "publish/past",
        f"{first_day} lies in the past: cases that were filed since then would fall under another version",
        help=f"name a day from {today} on; say {instead}`--backdated` if that is what you want",
    )


# ------------------------------------------------------------------------------------------------- the ledger as text


def with_entry(pack: Pack, written: bytes | None, publication: Publication, after: Ledger) -> str:
    """The text of the ledger with one entry more; everything in it stays as it is written.

    Raises InvalidDocument when the file is laid out so that no entry can be added to it.
    """
    if written is None:
        lines, indent = HEAD.format(policy=_policy(pack)).rstrip().split("\n"), "  "
        at = len(lines)
    else:
        text = written.decode("utf-8").removeprefix("\ufeff")
        lines = text.rstrip().split("\n")
        at, indent = _end(read_yaml(Source(LEDGER, text)))
    lines[at:at] = _entry(publication, indent)
    text = "\n".join(lines) + "\n"
    report = Report()
    try:
        same = _meant(read_ledger(read_yaml(Source(LEDGER, text)), report)) == _meant(after)
    except InvalidDocument:
        same = False
    if same and not report.errors:
        return text
    report = Report()
    message = f"no entry can be added to `{LEDGER}` as it is written: every entry begins with `- ` on a line of its own"
    report.error("publish/layout", message, help=f"put it in order first: `aftersale fmt {LEDGER}`")
    raise InvalidDocument(report.found)


def _policy(pack: Pack) -> str:
    return next(iter(pack.versions.values())).policy.name


def _end(tree: Node) -> tuple[int, str]:
    """After which line an entry is added, and how far its dash is indented."""
    entries = under(tree, "publications") if isinstance(tree, Mapping) else None
    if not isinstance(entries, Sequence) or not entries.items:
        return 0, ""
    last = entries.items[-1].place
    return last.end_line, " " * (last.column - 3)


def _entry(one: Publication, indent: str) -> list[str]:
    lines = [
        f"version: {as_quoted(one.version)}",
        f"from: {one.first_day}",
        *([f"supersedes: {as_quoted(one.supersedes)}"] if one.supersedes is not None else []),
        f"digest: {as_quoted(one.digest)}",
        f"at: {one.at.astimezone(UTC).strftime('%Y-%m-%dT%H:%M:%SZ')}",
        f"by: {as_scalar(one.by)}",
        f"why: {as_scalar(one.why)}",
    ]
    return [indent + ("- " if number == 0 else "  ") + line for number, line in enumerate(lines)]


def _meant(ledger: Ledger) -> list[tuple[object, ...]]:
    """What a ledger says, without the places."""
    return [
        (one.version, one.first_day, one.digest, one.at, one.by, one.why, one.supersedes) for one in ledger.publications
    ]
