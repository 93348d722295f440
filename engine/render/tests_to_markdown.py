"""What became of policy tests, and what they leave untried, as Markdown: for the summary of a CI run, or a report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.render.coverage_to_text import NAMES, NEVER, needs, never, terms_untried
from engine.render.markdown_text import escaped
from engine.render.tests_to_ci import differences, failure_text
from engine.testing.coverage_model import MEASURES, Coverage
from engine.testing.run import VersionRun


def runs_to_markdown(runs: Sequence[VersionRun]) -> str:
    """A section for each version: the tests that failed, the figures, and a list of what is untried."""
    return "\n".join(line for run in runs for line in _run(run))


def _run(run: VersionRun) -> Iterator[str]:
    yield f"## Policy tests of {escaped(run.version.policy.name)} {escaped(run.version.name)}\n"
    passed = len(run.results) - len(run.failed)
    yield f"{passed} of {len(run.results)} tests passed.\n"
    for result in run.failed:
        place = result.test.place
        yield f"- **{escaped(result.test.name)}** (`{place.source.name}:{place.line}`): {escaped(differences(result))}"
        yield f"\n  ```text\n{_indented(failure_text(run.version, result))}  ```"
    for found in run.untrue:
        yield f"- {escaped(found.message)} (`{found.place}`)"
    if run.coverage is not None:
        yield from _coverage(run.coverage)
    yield ""


def _coverage(coverage: Coverage) -> Iterator[str]:
    yield "\n| what the tests try | | |\n|---|---:|---:|"
    for measure, figure in coverage.figures.items():
        yield f"| {NAMES[measure]} | {figure.percent} % | {figure.tried} of {figure.possible} |"
    for measure in MEASURES:
        points = [point for point in coverage.untried if point.measure == measure]
        if not points:
            continue
        yield f"\n### Untried: {NAMES[measure]}\n"
        if measure == "conditions":
            for found in terms_untried(points):
                first = found[0]
                where = f"{first.part}, line {first.place.line}"
                yield f"- `{first.term}` {never(found)} ({escaped(where)})"
            continue
        for point in points:
            more = "".join(f"; {escaped(line)}" for line in needs(point))
            yield f"- **{escaped(point.part)}** {NEVER[measure]}, line {point.place.line}{more}"


def _indented(text: str) -> str:
    return "".join(f"  {line}\n" for line in text.splitlines())
