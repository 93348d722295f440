"""A case as a file: the facts in the order of the policy, each under its question."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from engine.document.write import to_yaml
from engine.policy.model import Policy
from engine.render.skeleton import comment


def case_to_yaml(data: Mapping[str, Any], policy: Policy) -> str:
    """The YAML text of a case given as plain data; the strict reader reads it back as the same case."""
    head = {key: value for key, value in data.items() if key != "facts"}
    return to_yaml(head) + "\n" + "\n".join(_facts(data.get("facts") or {}, policy)) + "\n"


def case_to_json(data: Mapping[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _facts(facts: Mapping[str, Mapping[str, object]], policy: Policy) -> Iterator[str]:
    if not facts:
        yield "facts: {}"
        return
    yield "facts:"
    group = ""
    for fact in policy.facts.values():
        own, _, key = fact.name.partition(".")
        if key not in facts.get(own, {}):
            continue
        if own != group:
            yield f"  {own}:"
            group = own
        yield from comment(fact.ask, "    ")
        yield from (f"    {line}" for line in to_yaml({key: facts[own][key]}).splitlines())
