"""Results as JSON and as a page."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.harness import Figures, Result

HERE = Path(__file__).resolve().parent


def machine() -> dict[str, str]:
    """What the figures depend on."""
    return {
        "commit": _commit(),
        "measured at": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "python": platform.python_version(),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, {os.getloadavg()[0]:.1f} busy when it began",
    }


def _commit() -> str:
    try:
        text = subprocess.run(
            ["git", "describe", "--always", "--dirty", "--exclude=*"],
            cwd=HERE,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        return "not a checkout"
    return text.strip()


def as_json(about: Mapping[str, str], results: Sequence[Result | Figures], left_out: Mapping[str, str]) -> str:
    found = {"about": dict(about), "results": [asdict(one) for one in results], "left_out": dict(left_out)}
    return json.dumps(found, indent=1) + "\n"


def as_markdown(about: Mapping[str, str], results: Sequence[Result | Figures], left_out: Mapping[str, str]) -> str:
    """The page: one table a contest, and what is not reached at the top."""
    lines = ["# Results", "", "Made by `python -m benchmarks`; how to read it stands in [README.md](README.md).", ""]
    lines += [f"- {name}: {value}" for name, value in about.items()]
    lines += ["", "| to be reached | at most | measured | |", "|---|---:|---:|---|"]
    for result in results:
        if isinstance(result, Result):
            for one in result.targets:
                said = "reached" if one.reached else "**not reached**"
                what = f"[{result.title}](#{_anchor(result.title)}): {one.who} to {one.against}"
                lines.append(f"| {what} | {figure(one.at_most)} | {figure(one.ratio)} | {said} |")
    for result in results:
        lines += ["", f"## {result.title}", ""]
        if result.says:
            lines += [result.says, ""]
        lines += _contest(result) if isinstance(result, Result) else _figures(result)
    if left_out:
        lines += ["", "## Left out", "", *(f"- {name}: {why}" for name, why in left_out.items())]
    return "\n".join(lines) + "\n"


def _contest(result: Result) -> list[str]:
    lines = [f"| | x {result.base} | middle half | time for one | |", "|---|---:|---:|---:|---|"]
    for one in result.measured:
        middle = f"{figure(one.low)} - {figure(one.high)}"
        lines.append(f"| {one.name} | {figure(one.ratio)} | {middle} | {duration(one.seconds)} | {one.note} |")
    lines += [f"\n{name}: left out, {why}" for name, why in result.left_out.items()]
    return lines


def _figures(figures: Figures) -> list[str]:
    head = [f"| {' | '.join(figures.head)} |", "|---" + "|---:" * (len(figures.head) - 1) + "|"]
    return head + [f"| {' | '.join(row)} |" for row in figures.rows]


def as_text(result: Result | Figures) -> str:
    """One result for the terminal."""
    lines = [f"\n{result.title}"]
    if result.says:
        lines.append(f"  {result.says}")
    if isinstance(result, Figures):
        widths = [max(len(row[n]) for row in (result.head, *result.rows)) for n in range(len(result.head))]
        for row in (result.head, *result.rows):
            lines.append("  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
        return "\n".join(lines)
    width = max(len(one.name) for one in result.measured)
    for one in result.measured:
        lines.append(f"  {one.name:{width}}  {figure(one.ratio):>7} x  {duration(one.seconds):>9}")
    for target in result.targets:
        said = "reached" if target.reached else "NOT REACHED"
        limit = f"at most {figure(target.at_most)}, measured {figure(target.ratio)}: {said}"
        lines.append(f"  -> {target.who} to {target.against}: {limit}")
    lines += [f"  {name}: left out, {why}" for name, why in result.left_out.items()]
    return "\n".join(lines)


def figure(ratio: float) -> str:
    digits = 0 if ratio >= 100 else 1 if ratio >= 10 else 2 if ratio >= 1 else 3 if ratio >= 0.1 else 4
    return f"{ratio:,.{digits}f}"


def duration(seconds: float) -> str:
    for unit, one in (("s", 1.0), ("ms", 1e-3), ("us", 1e-6), ("ns", 1e-9)):
        if seconds >= one:
            return f"{seconds / one:.3g} {unit}" if seconds / one < 100 else f"{seconds / one:.0f} {unit}"
    return "0 s"


def _anchor(title: str) -> str:
    return "".join(c for c in title.lower().replace(" ", "-") if c.isalnum() or c in "-_")


def write(about: Mapping[str, str], results: Sequence[Result | Figures], left_out: Mapping[str, str], to: Path) -> None:
    """Write `RESULTS.md` and `results.json` to a folder."""
    to.mkdir(parents=True, exist_ok=True)
    (to / "RESULTS.md").write_text(as_markdown(about, results, left_out), encoding="utf-8")
    (to / "results.json").write_text(as_json(about, results, left_out), encoding="utf-8")
    sys.stdout.write(f"\nwritten: {to / 'RESULTS.md'} and results.json\n")
