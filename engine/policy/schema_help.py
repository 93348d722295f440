"""Help for the author, as editors show it: what is offered at a place, and what is said of what stands there.

`enumDescriptions`, `markdownDescription`, `defaultSnippets`, `patternErrorMessage` and `errorMessage` are read by the
YAML language server and no part of JSON Schema: other programs pass over them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

Schema = dict[str, Any]


def one_of(meanings: Mapping[Any, str], unless: str | None = None) -> Schema:
    """A closed list of values, each with its meaning. `unless`: what to say of any other."""
    schema: Schema = {"enum": list(meanings), "enumDescriptions": list(meanings.values())}
    return schema | ({"errorMessage": unless} if unless else {})


def pattern(expression: str, unless: str) -> Schema:
    """The form of a text, and what to say of any other."""
    return {"pattern": expression, "patternErrorMessage": unless}


def offered(texts: Mapping[str, str]) -> Schema:
    """Texts that are offered, each with its meaning; any other may be written. `${1:x}` in a text is a gap to fill."""
    return {"defaultSnippets": [{"label": _label(t), "description": m, "bodyText": t} for t, m in texts.items()]}


def blocks(*templates: tuple[str, str, Any]) -> Schema:
    """Whole blocks that are offered: a label, what it is for, and the data with gaps to fill."""
    return {"defaultSnippets": [{"label": label, "description": said, "body": body} for label, said, body in templates]}


def listed(description: str, meanings: Mapping[str, str]) -> Schema:
    """A description with the values that a pattern stands for, each with its meaning, as Markdown."""
    lines = [f"* `{value}`: {_plain(meaning)}" for value, meaning in meanings.items()]
    return {"markdownDescription": "\n".join([_plain(description), "", *lines])}


def _plain(text: str) -> str:
    """A text in which Markdown sees no signs of its own."""
    return re.sub(r"([\\`*_<\[])", r"\\\1", text)


def _label(text: str) -> str:
    """A text with the examples in place of its gaps."""
    parts = text.split("${")
    return parts[0] + "".join(gap.partition(":")[2].replace("}", "", 1) for gap in parts[1:])
