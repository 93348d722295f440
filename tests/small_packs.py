"""Packs made up for a test: policies as plain data, put together, written as YAML to a folder and loaded from there."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from engine import Pack, load_pack
from engine.diagnostics import Report
from engine.library import LEDGER, load_draft, version_files

Data = dict[str, Any]


class _Dumper(yaml.SafeDumper):
    """Texts in double quotes, decimals as they are: nothing that the strict reader could take otherwise."""

    def ignore_aliases(self, data: object) -> bool:
        return True


_Dumper.add_representer(str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"'))
_Dumper.add_representer(
    Decimal, lambda dumper, number: dumper.represent_scalar("tag:yaml.org,2002:float", str(number), style="")
)


def as_yaml(data: Mapping[str, Any]) -> str:
    """Plain data as block-style YAML that the engine reads back as the same data."""
    return yaml.dump(data, Dumper=_Dumper, sort_keys=False, width=10_000, allow_unicode=True)


def merged(base: Any, patch: Any) -> Any:
    """The base with the patch on top, mapping by mapping; `null` in the patch takes a key out."""
    if not isinstance(base, Mapping) or not isinstance(patch, Mapping):
        return patch
    whole = {key: merged(base[key], patch[key]) if key in patch else value for key, value in base.items()}
    whole |= {key: value for key, value in patch.items() if key not in base}
    return {key: value for key, value in whole.items() if value is not None or key == "if_absent"}


def completed(policy: Mapping[str, Any]) -> Data:
    """A policy with the sentences filled in that a test need not write.

    `bike.wet: bool` is a fact of that type; a list under `one_of` or `list_of` or `propositions` names values alone.
    """
    whole = dict(policy)
    whole["facts"] = {name: _fact(name, fact) for name, fact in policy["facts"].items()}
    whole["decision"] = {name: {"meaning": "A field.", **_values(field)} for name, field in policy["decision"].items()}
    if "propositions" in policy:
        whole["propositions"] = _meanings(policy["propositions"])
    whole["scenarios"] = {name: {"title": "A row.", **row} for name, row in policy["scenarios"].items()}
    return whole


def _fact(name: str, fact: Any) -> Data:
    own = {"type": fact} if isinstance(fact, str) else dict(fact)
    return {"meaning": f"What {name} says.", "ask": f"What is {name}?"} | _values(own)


def _values(block: Mapping[str, Any]) -> Data:
    return {key: _meanings(value) if key in ("one_of", "list_of") else value for key, value in block.items()}


def _meanings(values: Any) -> Any:
    return dict.fromkeys(values, "A value.") if isinstance(values, list) else values


def write_pack(folder: Path, versions: Iterable[Mapping[str, Any]]) -> Path:
    """A pack's folder with a file for each version. Returns the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for version in versions:
        (folder / f"{version['version']}.yaml").write_text(as_yaml(version), encoding="utf-8")
    return folder


@cache
def load_text(text: str, version: str = "1.0.0") -> Pack:
    """The pack whose only version is this YAML. Raises InvalidDocument; equal texts are loaded once."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / f"{version}.yaml").write_text(text, encoding="utf-8")
        return load_pack(folder)


def load_data(policy: Mapping[str, Any]) -> Pack:
    """The pack whose only version is this data, completed. Raises InvalidDocument."""
    return load_text(as_yaml(completed(policy)), policy["version"])


def publish_all(folder: Path, drafts: Iterable[str] = ()) -> Path:
    """A ledger for a made-up pack: every version is published from the day that its document proposes, except `drafts`.

    Returns the folder. Faulty versions are left out.
    """
    report, found = Report(), []
    for name, file in version_files(folder).items():
        draft = load_draft(file, report)
        if draft is not None and name not in drafts:
            found.append(draft.policy)
    found.sort(key=lambda policy: str(policy.effective_from))
    entries = [
        {
            "version": policy.version,
            "from": str(policy.effective_from),
            "digest": policy.digest,
            "at": "2024-01-01T00:00:00Z",
            "by": "A test",
            "why": "It is needed.",
        }
        for policy in found
    ]
    ledger = {"register": "ledger", "policy": found[0].name, "publications": entries}
    (folder / LEDGER).write_text(as_yaml(ledger), encoding="utf-8")
    return folder
