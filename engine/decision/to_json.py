"""A decision to JSON text: what `json.dumps` makes of `to_dict()` in its shortest form, from parts that are kept.

A policy has only so many rules, fields and words, so most of the text of a decision was written before.
"""

from __future__ import annotations

import json
from functools import lru_cache
from json.encoder import encode_basestring
from typing import Final

from engine.clock import format_instant
from engine.decision.model import Decision, Reason, Value, reason_to_dict

KEPT: Final = 4096  # parts of one kind; those not used for longest make room


def decision_to_json(decision: Decision) -> str:
    """The decision on one line, without a line feed."""
    zone, policy = decision.zone, decision.policy
    fields = _fields(tuple(decision.fields), tuple(decision.fields.values()))
    deadlines = []
    for one in decision.deadlines:
        start, end = _deadline(one.name, one.window, one.party, one.clauses, one.readings)
        passed = "true" if one.passed else "false"
        deadlines.append(f'{start}{format_instant(one.at, zone)}","state":"{one.state}","passed":{passed}{end}')
    reasons = [one.written or _reason(one) for one in decision.reasons]
    return (
        f'{{"scenario":{_text(decision.scenario)},"as_of":"{format_instant(decision.as_of, zone)}",'
        f'"determined":{"true" if decision.determined else "false"}{fields},'
        f'"missing_facts":{_value(decision.missing_facts)},"unassessed":{_value(decision.unassessed)},'
        f'"deadlines":[{",".join(deadlines)}],"reasons":[{",".join(reasons)}],'
        f'"policy":{_policy(policy.name, policy.version, policy.digest)},'
        f'"case_digest":{encode_basestring(decision.case_digest)},"engine_version":{_text(decision.engine_version)}}}'
    )


def written(value: object) -> str:
    """Plain data as every command writes it where it stands on one line."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@lru_cache(KEPT)
def _text(text: str) -> str:
    return encode_basestring(text)


@lru_cache(KEPT)
def _value(value: Value) -> str:
    return written(value)


@lru_cache(KEPT)
def _fields(names: tuple[str, ...], values: tuple[Value, ...]) -> str:
    return "".join([_field(name, value) for name, value in zip(names, values, strict=True)])


@lru_cache(KEPT)
def _field(name: str, value: Value) -> str:
    return f",{written(name)}:{written(value)}"


@lru_cache(KEPT)
def _deadline(
    name: str, window: str, party: str | None, clauses: tuple[str, ...], readings: tuple[int, ...]
) -> tuple[str, str]:
    """A deadline as far as the text of its instant, and from behind whether it has passed."""
    start, end = {"name": name, "window": window, "party": party}, {"clauses": clauses, "readings": readings}
    return f'{written(start)[:-1]},"at":"', f",{written(end)[1:]}"


@lru_cache(KEPT)
def _policy(name: str, version: str, digest: str) -> str:
    return written({"name": name, "version": version, "digest": digest})


def _reason(reason: Reason) -> str:
    """A reason, which keeps its own text: that of a rule is one and the same in many decisions."""
    text = _known_reason(reason)
    object.__setattr__(reason, "written", text)
    return text


@lru_cache(KEPT)
def _known_reason(reason: Reason) -> str:
    return written(reason_to_dict(reason))
