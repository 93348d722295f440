"""Tests that are made for staff to approve."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import click

from engine.cli import exits, packs
from engine.cli.output import opened

MARK: Final = "# generated, approve by reading: aftersale test --generate boundaries --policy {version}\n"


def write_boundaries(pack: str | None, policy: str | None, output: Path | None) -> int:
    """Write the tests for the end of every period of a version (default: the one in force today) as YAML.

    They are made from the tests and examples of the pack, those left out that stand in `output`. Raises
    InvalidDocument when any of them is wrong."""
    from engine.diagnostics import Report
    from engine.document.write import to_yaml
    from engine.testing.boundaries import as_document, boundary_tests
    from engine.testing.suite import examples, policy_tests

    loaded, version = packs.version_named(pack, policy)
    report = Report()
    cases = (*policy_tests(loaded.folder, report), *examples(loaded.folder, report))
    report.stop_if_wrong()
    made = boundary_tests(version, [case for case in cases if not _is(output, case.file)])
    for period in made.without:
        click.echo(f"no test or example runs this period, so it has no tests here: {period}", err=True)
    if not made.tests:
        click.echo("nothing to write", err=True)
        return exits.FINDINGS
    with opened(output) as out:
        out.data(_schema(output) + MARK.format(version=version.name) + to_yaml(as_document(version, made)))
    return exits.OK


def _is(output: Path | None, file: str) -> bool:
    return output is not None and output.resolve() == Path(file).resolve()


def _schema(output: Path | None) -> str:
    """The line that tells an editor where the schema is, as seen from the file."""
    from engine.resources import folder

    if output is None:
        return ""
    path = os.path.relpath(folder("schemas").resolve() / "tests.schema.json", output.resolve().parent)
    return f"# yaml-language-server: $schema={path}\n"
