"""The command with its subcommands, each loaded when it is called; and what becomes of everything that goes wrong."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any, Final, NoReturn

import click

from engine.cli import exits
from engine.cli.output import OutputClosed, OutputFailed, give_up_stdout
from engine.diagnostics import InvalidDocument
from engine.resources import ENGINE_VERSION

SECTIONS: Final = {
    "A case": {
        "decide": "Decide cases: what follows, why, until when, and what is missing.",
        "case": "Print a case file to fill in.",
        "missing": "Show which facts a case waits for, in which order to ask for them.",
        "interview": "Ask for the facts of a case, one by one, and write the case file.",
        "clock": "Show every clock of a case: what runs, until when, what was met or missed.",
        "forecast": "Show what happens to a case if nobody acts.",
        "notice": "Write to each party, and to a reviewer, what was decided and what to do by when.",
        "what-if": "Show the smallest sets of changes that would turn a case, and who can no longer change it.",
    },
    "Many cases": {
        "batch": "Decide a table of cases, from Parquet, CSV, JSON Lines or Arrow to any of them.",
    },
    "The policy": {
        "validate": "Check policies, registers, policy tests and cases.",
        "explain": "Explain what a diagnostic means, and what to write instead.",
        "table": "Show the framework table, one row per scenario.",
        "rules": "Show the rules of a scenario in the order in which they are read.",
        "render": "Show a whole version as one page for readers.",
        "words": "Print every word that a version offers, with an example each.",
        "facts": "List the facts that a version declares.",
        "clauses": "Show which rules rest on which clauses of the published page.",
        "compile": "Show the Python that a version is turned into to decide quickly.",
    },
    "Its tests": {
        "test": "Run the policy tests, and show what they leave untried.",
        "mutate": "Change the policy, one thing at a time, and show which changes no test notices.",
        "sample": "Make up cases, as many as wanted, for trying things with many.",
    },
    "Its versions": {
        "versions": "List the versions, and which one is in force.",
        "new": "Begin a version as a copy of another one.",
        "diff": "Show what differs between two versions, and which cases they decide otherwise.",
        "backtest": "Show what a version would have made of last year's cases.",
        "publish": "Put a version in force from a day on.",
    },
    "Its documents": {
        "fmt": "Put YAML documents in one layout.",
        "schema": "Print a JSON Schema, for editors and other programs.",
    },
}
COMMANDS: Final = {name: about for section in SECTIONS.values() for name, about in section.items()}
REPORT: Final = (
    "this is a fault of the program: please report this line with the command and its files "
    "(`aftersale --debug COMMAND ...` shows where it happened)"
)
NAMED_WRONGLY: Final = frozenset(
    {"pack/unknown", "pack/unknown-version", "publish/number"}
)  # by the command line, not in a document


class App(click.Group):
    """A group whose subcommand NAME is `command` in `engine.cli.NAME`, `-` as `_`. `main` ends in an exit code."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"engine.cli.{cmd_name.replace('-', '_')}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from engine.diagnostics import did_you_mean

            hint = did_you_mean(args[0], COMMANDS) or "commands: " + ", ".join(COMMANDS)
            raise click.UsageError(f"no command {args[0]!r}; {hint}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        widest = max(map(len, COMMANDS))
        for section, commands in SECTIONS.items():
            with formatter.section(section):
                formatter.write_dl([(f"{name:<{widest}}", about) for name, about in commands.items()])

    def main(self, args: Sequence[str] | None = None, prog_name: str | None = None, **extra: Any) -> NoReturn:  # type: ignore[override]
        """Run the command and exit. Never a traceback, unless `--debug` asks for it."""
        settings, stdout = Settings(), sys.stdout
        try:
            if sys.stdout is None:
                raise OutputFailed("standard output is closed")
            for stream in (sys.stdout, sys.stderr):
                if hasattr(stream, "reconfigure"):
                    stream.reconfigure(errors="backslashreplace")
            code = super().main(args, prog_name, standalone_mode=False, obj=settings, **extra)
            sys.stdout.flush()
        except SystemExit as problem:  # from shell completion; or nobody reads what click itself prints
            code = problem.code if sys.stdout is stdout else exits.PIPE_CLOSED
        except BaseException as problem:
            code = _told(problem, settings)
        sys.exit(code if isinstance(code, int) else exits.OK)


class Settings:
    """What the whole command was asked for."""

    debug = False


def _told(problem: BaseException, settings: Settings) -> int:
    """Tell the user what went wrong. The exit code for it."""
    if settings.debug and not isinstance(problem, click.ClickException | click.Abort):
        import traceback

        traceback.print_exception(problem)
    try:
        return _code(problem)
    except OSError:  # there is nobody left to tell
        return exits.INTERNAL


def _code(problem: BaseException) -> int:
    match problem:
        case click.ClickException():
            problem.show()
            return problem.exit_code
        case click.Abort() | KeyboardInterrupt():
            return exits.INTERRUPTED
        case OutputClosed() | BrokenPipeError():
            give_up_stdout()
            return exits.PIPE_CLOSED
        case OutputFailed() | OSError():
            give_up_stdout()
            _say(f"error: {_reason(problem)}")
            return exits.INTERNAL
        case InvalidDocument():
            return _invalid(problem)
        case _:
            text = " ".join(str(problem).split())[:200]
            name = type(problem).__name__
            _say(f"internal error: {name}{': ' if text else ''}{text} (aftersale {ENGINE_VERSION}); {REPORT}")
            return exits.INTERNAL


def _invalid(problem: InvalidDocument) -> int:
    first = problem.diagnostics[0] if problem.diagnostics else None
    if first is not None and first.code in NAMED_WRONGLY:
        click.UsageError(f"{first.message}; {first.help}" if first.help else first.message).show()
        return exits.USAGE
    from engine.render.diagnostics import diagnostics_to_page
    from engine.render.page import shown

    _say(shown(diagnostics_to_page(problem.diagnostics), sys.stderr).rstrip("\n"))
    return exits.INVALID


def _reason(problem: Exception) -> str:
    if isinstance(problem, OSError) and problem.strerror:
        name = f"{os.fsdecode(problem.filename)}: " if problem.filename else ""
        return f"{name}{problem.strerror.lower()}"
    return str(problem)


def _say(text: str) -> None:
    if sys.stderr is not None:
        click.echo(text, err=True, color=True)


@click.command(
    cls=App,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="""\b
Exit codes:
  0   all is well
  1   findings, or failed tests
  2   the command line is wrong
  3   a policy, a case or another document is wrong
  4   undetermined: a fact is missing that decides
  5   a fault of this program, or its output cannot be written
  130 interrupted; 141 the reader of the output stopped reading""",
)
@click.version_option(ENGINE_VERSION, prog_name="aftersale")
@click.option("--debug", is_flag=True, help="Show the traceback of an internal error.")
@click.pass_obj
def app(settings: Settings, debug: bool) -> None:
    """Decide after-sale disputes by a written policy, and look into that policy.

    \b
    Examples:
      aftersale case SCENARIO > case.yaml        a case to fill in
      aftersale decide case.yaml                 what follows from it, and why
      aftersale validate                         is everything in the pack as it should be?
      aftersale COMMAND --help                   more on a command
    """
    settings.debug = debug
