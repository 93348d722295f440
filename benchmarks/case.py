"""What surrounds a decision: a case read from JSON and checked, and the decision written, beside other tools."""

from __future__ import annotations

import importlib
import json
import random
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from benchmarks.cases import VERSION, made_up, tests, version
from benchmarks.harness import Contest, Contestant, Size, agree
from engine import load_pack
from engine.case import from_data
from engine.case.check import Check
from engine.decision.to_json import decision_to_json
from engine.document import json_quick, parse_json_line
from engine.policy.schemas import case_schema

LOADS, PLAINLY, CHECK = "json.loads", "the plain reader", "the check"
DUMPS, WRITER = "to_dict and json.dumps", "decision_to_json"
SLOWLY, QUICKLY = "strict reader, plain reader, to_dict, json.dumps", "Version.decide_json"


def contests(size: Size) -> Iterator[Contest]:
    asked = [*tests(), *made_up(size.inputs)]
    random.Random("case").shuffle(asked)
    texts = [one.text for one in asked]
    yield _parsing(texts)
    yield _checking([one.data for one in asked])
    decisions = [version().decide(one.case, one.moment) for one in asked]
    written = [decision_to_json(one).encode() for one in decisions]
    agree(WRITER, written, DUMPS, [compact(one.to_dict()) for one in decisions])
    contestants = [
        _each(DUMPS, lambda one: compact(one.to_dict()), decisions),
        _each(WRITER, lambda one: decision_to_json(one).encode(), decisions),
    ]
    if (orjson := optional("orjson")) is not None:
        contestants.insert(1, _each("to_dict and orjson.dumps", lambda one: orjson.dumps(one.to_dict()), decisions))
    yield Contest("write", "A decision to the bytes of its JSON", DUMPS, contestants, len(decisions))
    yield _whole([(one.text, one.moment) for one in asked], written)


def _parsing(texts: Sequence[bytes]) -> Contest:
    contestants = [
        _each(LOADS, json.loads, texts),
        _each("the strict reader", lambda text: parse_json_line(text.decode()), texts, "keys that stand twice refused"),
        _each("the quick reader, standard library", lambda text: (json_quick.standard(text), text.count(b",")), texts),
    ]
    if (orjson := optional("orjson")) is not None:
        quick = _each("the quick reader, orjson", lambda text: (orjson.loads(text), text.count(b",")), texts)
        contestants.append(quick)
    return Contest("parse", "The text of a case to plain data", LOADS, contestants, len(texts))


def _checking(data: Sequence[Any]) -> Contest:
    policy = version().policy
    check = Check(policy).read
    agree(CHECK, [check(one)[0] for one in data], PLAINLY, [from_data.whole_case(one, policy) for one in data])
    contestants = [
        _each(PLAINLY, lambda one: from_data.whole_case(one, policy), data, "typed values, the digest, every message"),
        _each(CHECK, check, data, "typed values and the digest"),
    ]
    schema = json.loads(json.dumps(case_schema(policy), default=dict))
    if (fast := optional("fastjsonschema")) is not None:
        contestants.append(_each("fastjsonschema", fast.compile(schema), data, "sound or not, and nothing else"))
    if (rust := optional("jsonschema_rs")) is not None:
        valid = rust.validator_for(schema).is_valid
        contestants.append(_each("jsonschema-rs", valid, data, "sound or not, and nothing else"))
    return Contest("check", "Plain data to a checked case", PLAINLY, contestants, len(data))


def _whole(asked: Sequence[Any], written: Sequence[bytes]) -> Contest:
    pack, chosen = load_pack(), version()
    pack.version(VERSION).compile()
    chosen.compile()

    def slowly(one: Any) -> bytes:
        case = from_data.read_case(parse_json_line(one[0].decode()), chosen.policy)
        return compact(chosen.decide(case, one[1]).to_dict())

    quickly = [chosen.decide_json(*one) for one in asked]
    agree(QUICKLY, quickly, SLOWLY, written)
    return Contest(
        "bytes",
        "Bytes in, bytes out: the quick way and the slow one",
        SLOWLY,
        [
            _each(SLOWLY, slowly, asked),
            _each(QUICKLY, lambda one: chosen.decide_json(*one), asked),
            _each("Pack.decide_json", lambda one: pack.decide_json(*one, version=VERSION), asked, "the version named"),
        ],
        len(asked),
        says="Among these cases are those of which something asked is missing: the reference decides them.",
    )


def _each(name: str, work: Callable[[Any], object], inputs: Sequence[Any], note: str = "") -> Contestant:
    return Contestant(name, lambda n: [work(one) for one in inputs[:n]], note)


def compact(data: object) -> bytes:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()


def optional(name: str) -> Any:
    """A module that may not be installed."""
    try:
        return importlib.import_module(name)
    except ImportError:
        return None
