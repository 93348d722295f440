"""Policy tests as data: a case, a moment, and what the decision must say. One runner for every pack and version."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine import Decision, Pack, Version
from engine.clock import parse_instant
from engine.document import plain, read_document

Facts = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class PolicyTest:
    """One test: where it stands, its case as plain data, the moment, and the expectations."""

    file: Path
    name: str
    case: dict[str, Any]
    as_of: str
    expect: Mapping[str, Any]

    def __str__(self) -> str:
        return f"{self.file.stem}: {self.name}"


def policy_tests_of(pack: Pack, version: Version) -> Iterator[PolicyTest]:
    """The tests of a pack that hold for a version."""
    for file in sorted((pack.folder / "tests").glob("*.yaml")):
        document: Any = plain(read_document(file))
        if version.name not in document.get("versions", [version.name]):
            continue
        for test in document["tests"]:
            facts = merged(document.get("facts", {}), test["facts"])
            case = {"scenario": test["scenario"], "facts": facts}
            yield PolicyTest(file, test["name"], case, test["as_of"], test["expect"])


def merged(common: Facts, own: Facts) -> dict[str, dict[str, Any]]:
    """The common facts with a test's own on top."""
    return {group: {**common.get(group, {}), **own.get(group, {})} for group in {**common, **own}}


def differences(decision: Decision, expect: Mapping[str, Any]) -> list[str]:
    """Where a decision differs from what is expected; what is left out is not compared."""
    found = []
    data = decision.to_dict()
    cited = {clause for reason in decision.reasons for clause in reason.clauses}
    cited |= {f"{reason.table}/{reason.rule}" for reason in decision.reasons if reason.table}
    for name, wanted in expect.items():
        if name == "deadlines":
            actual: object = {d.name: "paused" if d.state == "paused" else d.at for d in decision.deadlines}
            wanted = {n: at if at == "paused" else parse_instant(at) for n, at in wanted.items()}
            if not decision.determined:
                actual = {n: at for n, at in dict(actual).items() if n in wanted}  # type: ignore[call-overload]
        elif name == "reasons":
            actual, wanted = sorted(set(wanted) & cited), sorted(wanted)
        elif name == "not_reasons":
            actual, wanted = sorted(set(wanted) & cited), []
        else:
            actual = data.get(name)
            if isinstance(wanted, list) and isinstance(actual, list):
                actual, wanted = sorted(actual), sorted(wanted)
        if actual != wanted:
            found.append(f"{name}: expected {wanted}, found {actual}")
    return found
