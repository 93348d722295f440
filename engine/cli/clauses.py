"""`clauses`: what rests on the published page, and whether the page still says what was registered."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from engine.cli import exits, packs
from engine.cli.forms import form_option, output_option
from engine.cli.output import opened

if TYPE_CHECKING:
    from engine.library import Registry


@click.command(short_help="Show which rules rest on which clauses of the published page.")
@click.argument("version", required=False, shell_complete=packs.complete_version)
@click.option("--uncited", is_flag=True, help="Show only the clauses and readings that nothing names.")
@click.option(
    "--source", type=click.Path(path_type=Path), metavar="FILE",
    help="Compare the register with a copy of the published page, as plain text.",
)  # fmt: skip
@packs.pack_option
@form_option("text", "json", "markdown")
@output_option
def command(
    version: str | None, uncited: bool, source: Path | None, pack: str | None, form: str, output: Path | None
) -> int:
    """Show which rules, periods, evidence and choices rest on which clauses of the published page, and on which
    readings of its unclear places. A clause or a reading that nothing names must say why. Default of VERSION: the one
    in force today.

    With --source, show instead which sentences of the page are new, changed, moved or missing since they were
    registered.

    \b
    Examples:
      aftersale clauses
      aftersale clauses --uncited
      aftersale clauses --source page.txt

    Exits with 1 when nothing names a clause or a reading and it does not say why, or when the page differs.
    """
    if source is not None:
        if version is not None or uncited:
            raise click.UsageError("--source compares a page with the register alone; leave out VERSION and --uncited")
        return _compare(source, pack, form, output)
    from engine.analysis.clause_report import clause_report
    from engine.render.clauses_to_text import report_to_data, report_to_markdown, report_to_page

    loaded, chosen = packs.version_named(pack, version)
    report = clause_report(chosen, loaded.registers)
    with opened(output) as out:
        if form == "json":
            out.json(report_to_data(report, uncited))
        elif form == "markdown":
            out.data(report_to_markdown(report, uncited))
        else:
            out.page(report_to_page(report, uncited))
    return exits.FINDINGS if any(found.severity == "error" for found in report.findings) else exits.OK


def _compare(source: Path, pack: str | None, form: str, output: Path | None) -> int:
    from engine.analysis.page_differences import compare
    from engine.analysis.page_text import PAGE_BYTES
    from engine.document import read_source
    from engine.render.source_to_text import comparison_to_data, comparison_to_markdown, comparison_to_page

    clauses = _registers(pack).clauses
    comparison = compare(read_source(source, PAGE_BYTES), clauses)
    with opened(output) as out:
        if form == "json":
            out.json(comparison_to_data(comparison))
        elif form == "markdown":
            out.data(comparison_to_markdown(comparison))
        else:
            out.page(comparison_to_page(comparison, clauses))
    return exits.FINDINGS if comparison.differences else exits.OK


def _registers(pack: str | None) -> Registry:
    """The registers of a pack. Raises InvalidDocument for what is wrong with them, or when there are no clauses."""
    from engine.diagnostics import Report, quoted
    from engine.library import load_registers

    folder = packs.find(pack)
    report = Report()
    registers = load_registers(folder, report)
    if not registers.clauses and not report.errors:
        report.error("register/none", f"the pack {quoted(folder.name)} has no clause register")
    report.stop_if_wrong()
    return registers
