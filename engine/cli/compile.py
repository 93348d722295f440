"""`compile`: the Python that a version is turned into."""

from __future__ import annotations

from pathlib import Path

import click

from engine.cli import exits, packs
from engine.cli.output import opened


@click.command(short_help="Show the Python that a version is turned into to decide quickly.")
@click.argument("scenario", required=False, shell_complete=packs.complete_scenario)
@click.argument("version", required=False, shell_complete=packs.complete_version)
@packs.pack_option
@click.option("--show", is_flag=True, help="Print the source, with the line of the policy that each part comes from.")
@click.option("--table", metavar="NAME", help="One table alone, as `Version.rules` compiles it.")
@click.option("--explanation", is_flag=True, help="What tells how a decision came about, in place of what decides.")
@click.option(
    "--output", type=click.Path(path_type=Path), metavar="FILE",
    help="Write the source to this file instead of standard output; it appears only when it is complete.",
)  # fmt: skip
def command(
    scenario: str | None,
    version: str | None,
    pack: str | None,
    show: bool,
    table: str | None,
    explanation: bool,
    output: Path | None,
) -> int:
    """Show the Python that a version is turned into to decide quickly.

    Each scenario becomes one function, `decide`, which goes straight through what a decision asks, with functions
    beside it for what is asked in more than one place; behind them stand the constants. Cases of which something asked
    is not known are decided by the reference meaning instead. With --explanation it is a function for each thing that
    is read or told, which together explain a decision. Without --show it is said how much there is of it.
    Default of VERSION: the one in force today.

    \b
    Examples:
      aftersale compile
      aftersale compile SCENARIO --show | less
      aftersale compile SCENARIO --table TABLE --show
      aftersale compile SCENARIO 1.0.0 --output scenario.py
    """
    from engine.backends.compiled.building import build
    from engine.backends.compiled.generated import Generated
    from engine.backends.compiled.generating import generate, generate_table
    from engine.evaluation.telling import building as telling_building
    from engine.evaluation.telling import generating as telling
    from engine.render.compiled_to_text import compiled_to_page, compiled_to_source

    _, chosen = packs.version_named(pack, version)
    rows = list(chosen.programs) if scenario is None else [packs.scenario_of(chosen, scenario)]
    if table is not None and table not in chosen.policy.tables:
        from engine.diagnostics import did_you_mean

        hint = did_you_mean(table, chosen.policy.tables) or "there are " + ", ".join(chosen.policy.tables)
        raise click.BadParameter(f"version {chosen.name} has no table {table!r}; {hint}", param_hint="--table")
    if table is not None and explanation:
        raise click.UsageError("--table and --explanation exclude each other: an explanation is of a whole decision")
    found: dict[str, Generated] = {}
    for name in rows:
        program = chosen.programs[name]
        if explanation:
            found[name] = telling.generate(program)
            telling_building.build(found[name], program.policy, name)
        elif table is None:
            found[name] = generate(program)
            build(found[name], name)
        else:
            found[name] = generate_table(program, program.tables[table])
    with opened(output) as out:
        if show or output is not None:
            out.data("\n\n".join(compiled_to_source(generated) for generated in found.values()))
        else:
            of = f", {table}" if table else ", explanations" if explanation else ""
            out.page(compiled_to_page(f"{chosen.policy.name} {chosen.name}{of}, compiled", found))
    return exits.OK
