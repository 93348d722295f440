"""The schemas: of the dialect that editors know, closed, described, and strict where they say so.

What may be left out, added or written freely is listed here, so that a schema that becomes laxer fails.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from engine import load_pack
from engine.diagnostics import Report
from engine.document import Mapping, check, plain, read_document
from engine.policy.answer_schemas import ANSWERS
from engine.policy.editor import schema_files
from engine.policy.from_document import read_policy
from engine.policy.schemas import KINDS, case_schema, decision_schema, shipped, version_schema
from engine.policy.words import DECISION_KEYS, RULE_KEYS
from tests.hanging import no_hang
from tests.museum_pieces import BASE

DOCUMENTS = Path(__file__).with_name("schema_documents")
SHIPPED = load_pack().version("1.0.0")
LOANS = load_pack(BASE).version("1.0.0")
MADE: dict[str, Callable[[Any], dict[str, Any]]] = {
    "case": case_schema,
    "decision": decision_schema,
    "version": version_schema,
    **ANSWERS,
}
SCHEMAS: dict[str, dict[str, Any]] = {kind: shipped(kind) for kind in (*KINDS, "explanation", "backtest")} | {
    f"{what} of {version.policy.name}": make(version.policy)
    for what, make in MADE.items()
    for version in (SHIPPED, LOANS)
}
SCHEMAS |= {
    f"{version.policy.name}/{name}": json.loads(text)
    for version, pack in ((SHIPPED, load_pack()), (LOANS, load_pack(BASE)))
    for name, text in schema_files([version.policy], pack.registers.clauses, pack.registers.readings).items()
}
# What the YAML language server shows and other programs pass over.
HELP = {"enumDescriptions", "markdownDescription", "patternErrorMessage", "errorMessage", "defaultSnippets"}
# What the YAML language server handles in 2020-12, and no more than also exists in draft-07.
KEYWORDS = {
    *HELP,
    *("$schema", "$id", "$ref", "$defs", "title", "description", "type", "enum", "const", "pattern"),
    *("properties", "additionalProperties", "propertyNames", "required", "items"),
    *("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties", "minimum", "maximum"),
}
# The parts of a row: their names are the policy's own. The schema of the version itself closes them.
OPEN = {("policy", "$defs/row/additionalProperties")}
NAMED = ("items", "additionalProperties", "propertyNames")
GROUPS = ("properties", "$defs")

Path_ = tuple[str | int, ...]


def parts(schema: dict[str, Any], path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every schema in a schema, under its path."""
    yield path, schema
    for key in NAMED:
        if isinstance(schema.get(key), dict):
            yield from parts(schema[key], f"{path}/{key}".strip("/"))
    for key in GROUPS:
        for name, below in schema.get(key, {}).items():
            yield from parts(below, f"{path}/{key}/{name}".strip("/"))


def resolved(schema: dict[str, Any], root: dict[str, Any]) -> dict[str, Any]:
    for step in schema.get("$ref", "").removeprefix("#/").split("/"):
        root = root[step] if step else root
    return root if "$ref" in schema else schema


EVERY = [(name, path, schema) for name, root in SCHEMAS.items() for path, schema in parts(root)]


@pytest.mark.parametrize("name", SCHEMAS)
def test_is_a_schema_of_its_dialect(name: str) -> None:
    schema = SCHEMAS[name]
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"].endswith(".schema.json")
    Draft202012Validator.check_schema(schema)


def test_uses_only_what_editors_know() -> None:
    assert not {(name, path, *(set(schema) - KEYWORDS)) for name, path, schema in EVERY if set(schema) - KEYWORDS}


def test_help_is_whole_and_stands_where_it_is_shown() -> None:
    for name, path, schema in EVERY:
        meanings = schema.get("enumDescriptions")
        if meanings is not None:
            assert len(meanings) == len(schema["enum"]) and all(map(str.strip, meanings)), (name, path)
        assert ("patternErrorMessage" in schema) == ("pattern" in schema) or "decision" in name, (name, path)
        assert "errorMessage" not in schema or "enum" in schema, (name, path)
        for snippet in schema.get("defaultSnippets", ()):
            assert snippet["label"] and snippet["description"], (name, path)
            assert set(snippet) - {"label", "description"} in ({"body"}, {"bodyText"}), (name, path)


def test_every_object_is_closed_or_a_map_of_names() -> None:
    found = {
        (name, path)
        for name, path, schema in EVERY
        if "object" in _types(schema) and not isinstance(schema.get("additionalProperties"), bool | dict)
    }
    assert found == OPEN
    assert not [(name, path) for name, path, schema in EVERY if schema.get("additionalProperties") is True]


def test_what_is_required_is_declared() -> None:
    for name, path, schema in EVERY:
        assert set(schema.get("required", ())) <= set(schema.get("properties", ())), (name, path)


def test_every_property_has_a_title_and_a_description() -> None:
    for name, root in SCHEMAS.items():
        for path, schema in parts(root):
            inner = [*schema.get("properties", {}).items(), *schema.get("$defs", {}).items()]
            inner += [(key, schema[key]) for key in NAMED if isinstance(schema.get(key), dict)]
            for key, below in inner:
                found = {**resolved(below, root), **below}
                assert found.get("title", "").strip(), (name, path, key)
                assert len(found.get("description", "").strip()) > 2, (name, path, key)


def _types(schema: dict[str, Any]) -> list[str]:
    types = schema.get("type", [])
    return [types] if isinstance(types, str) else list(types)


# --------------------------------------------------------------------------------------------------------- patterns

PATTERNS = sorted({schema["pattern"] for _, _, schema in EVERY if "pattern" in schema})


@pytest.mark.parametrize("pattern", PATTERNS)
def test_patterns_are_anchored_and_plain_and_never_hang(pattern: str) -> None:
    assert re.fullmatch(r"\^.*\$", pattern)
    assert "|" not in re.sub(r"\([^()]*(\([^()]*(\([^()]*\)[^()]*)*\)[^()]*)*\)", "", pattern)  # `^a|b$` holds halves
    assert not re.search(r"\\[dDwWsSb]|\(\?|\\[0-9]|\.[*+]", pattern)
    compiled = re.compile(pattern)
    for unit in ("a", "0", "a.", ".a", "0.", "-", "a-", "_", "2024-01-01T00:00", "sha256:0", ":", "A", "\n"):
        with no_hang(10):  # a pattern that goes back and forth takes minutes
            compiled.search(unit * 20_000 + "!")
            compiled.search(unit * 20_000 + "\n")


# ---------------------------------------------------------------------------------------------- how strict they are

SAMPLE_KEYS = {
    *("absent", "after", "before", "beside", "between", "by", "chance", "count", "doubted", "forged", "mostly"),
    *("not_assessed", "owed", "unknown", "values"),
}
# Keys that a document may leave out; those of the language, by the place of their mapping.
OPTIONAL = {
    "policy": {
        "": {
            *("amends", "changes", "define", "effective_from", "general_rules", "groups", "propositions", "takes"),
            *("transition", "windows"),
        },
        "transition.*": {"cites", "readings"},
        "facts.*": {"example", "finding", "if_absent", "nullable", "one_of", "supplied_by"},
        "groups.*": {"title"},
        "decision.*": {"if_unknown", "list_of", "must_be_known", "one_of", "otherwise", "written_as"},
        "parties.*": {"after", "asked_if", "cites", "deadline", "may_prove", "readings", "submits", "within"},
        "parties.*.within.*": {"else", "within"},
        "evidence": {"also_proven_by", "cites", "readings"},
        "evidence.also_proven_by.*": {"cites", "readings"},
        "define.*.*": {"cites", "else", "if_unknown", "readings", "when"},
        "windows.*": {
            *("after", "asked_if", "cites", "deadline", "meaning", "met_by", "party", "paused_by", "readings"),
            *("until", "whichever", "within"),
        },
        "windows.*.within.*": {"after", "cites", "else", "readings", "until", "when", "within"},
        "general_rules.*": {*(RULE_KEYS - {"is", "use", "id", "else", "and_when", "not_used"}), "payer", "required_in"},
        "tables.*": {"asked_if", "every_rule_says", "per", "rules", "title"},
        "tables.*.rules.*": {*(RULE_KEYS - {"is"}), "payer"},
        "scenarios.*": {"clauses", "description", "must_show", "outcome", "paper_period", "reading_time"},
    },
    "clauses": {"clauses.*": {"no_rule"}},
    "readings": {"readings.*": {"example", "not_used", "part"}},
    "ledger": {"publications.*": {"supersedes"}},
    "tests": {
        "": {"about", "as_of", "cannot_happen", "facts", "policy", "scenario", "versions"},
        "cannot_happen.*": {"is", "scenario", "term"},
        "tests.*": {"as_of", "example", "facts", "id", "otherwise", "readings", "scenario", "versions"},
        "tests.*.expect": {
            *("deadlines", "deadline_states", "determined", "missing_facts", "not_reasons", "payer", "reasons"),
        },
    },
    "mutants": {"equivalent.*": {"versions"}},
    "readers": {
        "readers.*": {
            *("party", "fields", "hides", "reasons", "deadlines", "facts", "asked", "handed_in", "title"),
        },
    },
    "notices": {
        "": {"deadlines", "propositions", "questions", "reasons", "parts"},
        "moments": {"halves"},
    },
    "sample": {
        "": {"as_of", "days", "facts", "scenarios"},
        "as_of": {"after", "but", "by", "mostly"},
        "as_of.but.*": {"by", "where"},
        "facts.*": {*SAMPLE_KEYS, "but", "only_in"} - {"unknown", "values"},
        "facts.*.but.*": {*SAMPLE_KEYS, "share", "where"} - {"by"},
    },
}  # fmt: skip
# Mappings whose keys are names of the policy's own: there, a key more is a name more, and one less is a name less.
NAMES = {
    "policy": {
        *("facts", "facts.*.one_of", "propositions", "groups", "decision", "decision.*.one_of", "decision.*.list_of"),
        *(
            "parties",
            "define",
            "windows",
            "amends",
            "takes",
            "general_rules",
            "general_rules.*",
            "tables",
            "tables.*.rules.*",
            "scenarios",
        ),
        "scenarios.*",
    },
    "clauses": {"clauses"},
    "readings": {"readings", "readings.*.readings"},
    "ledger": set(),
    "tests": {
        "facts",
        "facts.*",
        "tests.*.facts",
        "tests.*.facts.*",
        "tests.*.expect",
        "tests.*.expect.deadlines",
        "tests.*.expect.deadline_states",
    },
    "mutants": set(),
    "readers": {"readers", "readers.*.hides"},
    "notices": {
        *("readers", "parties", "parties.*", "scenarios", "values", "values.*", "values.*.*", "deadlines"),
        *("deadline_states", "propositions", "questions", "reasons", "reasons.*", "reasons.*.*", "parts", "letters"),
    },
    "sample": {
        *("scenarios", "facts", "as_of.but.*.where"),
        *("facts.*.values", "facts.*.count"),
        *("facts.*.but.*.values", "facts.*.but.*.count", "facts.*.but.*.where"),
    },
}
# Below this the schema of all policies looks no further; that of the version does.
BELOW_ROWS = tuple(f"scenarios.*.{part}" for part in ("*", "must_show", "outcome", "paper_period", "reading_time"))
# Keys whose text is not free: it is one of a few, or has a form.
FORMED = {
    "policy": {
        *("policy", "version", "effective_from", "facts.*.type", "decision.*.otherwise"),
        *("decision.*.written_as", "decision.*.list_of", "parties.*.deadline", "windows.*.deadline"),
        *("windows.*.whichever", "evidence.periods", "evidence.owed", "define.*.*.if_unknown"),
        *("general_rules.*.if_unknown", "tables.*.hit", "tables.*.per", "tables.*.rules.*.id"),
        *("tables.*.rules.*.if_unknown", "scenarios.*.clauses", "*.cites.*"),
    },
    "clauses": {"register", "policy", "clauses.*.kind", "clauses.*.digest", "clauses.*.no_rule.because"},
    "readings": {"register", "policy", "readings.*.clauses.*", "readings.*.taken"},
    "ledger": {
        "register",
        "policy",
        *(f"publications.*.{key}" for key in ("version", "from", "digest", "at", "supersedes")),
    },
    "tests": {"tests.*.id", "tests.*.expect.deadline_states.*"},
    "mutants": {"register", "policy"},
    "readers": {"register", "policy", *(f"readers.*.{key}" for key in ("fields", "reasons", "deadlines", "asked")),
                "readers.*.handed_in"},
    "notices": {"register", "policy"},
    "sample": {
        *("register", "policy", "days.from", "days.until", "as_of.by", "as_of.mostly", "as_of.but.*.by"),
        *("facts.*.by", "facts.*.mostly", "facts.*.but.*.mostly"),
    },
}  # fmt: skip


def document(kind: str) -> Any:
    return plain(read_document(DOCUMENTS / f"{kind}.yaml"))


def mappings(node: Any, path: Path_ = ()) -> Iterator[tuple[Path_, dict[str, Any]]]:
    if isinstance(node, dict):
        yield path, node
        for key, below in node.items():
            yield from mappings(below, (*path, key))
    elif isinstance(node, list):
        for number, below in enumerate(node):
            yield from mappings(below, (*path, number))


def texts(node: Any, path: Path_ = ()) -> Iterator[Path_]:
    if isinstance(node, dict | list):
        for key, below in node.items() if isinstance(node, dict) else enumerate(node):
            yield from texts(below, (*path, key))
    elif isinstance(node, str):
        yield path


def without(node: Any, path: Path_, key: str | int) -> Any:
    """A copy of a document without a key."""
    whole = copy.deepcopy(node)
    _at(whole, path).pop(key)
    return whole


def saying(node: Any, path: Path_, key: str | int, value: Any) -> Any:
    """A copy of a document with another value under a key."""
    whole = copy.deepcopy(node)
    _at(whole, path)[key] = value
    return whole


def _at(node: Any, path: Path_) -> Any:
    for step in path:
        node = node[step]
    return node


def general(kind: str, path: Path_) -> str:
    """A path with a star for each name of the policy's own and each number of a list."""
    shown: list[str] = []
    for step in path:
        parent = ".".join(shown)
        shown.append(
            "*" if isinstance(step, int) or (parent in NAMES[kind] and not _declared(kind, path, shown)) else step
        )
    return ".".join(shown)


def _declared(kind: str, path: Path_, shown: list[str]) -> bool:
    """Whether a key among names is one of the language, as `when` is beside what a rule says."""
    key, parent = path[len(shown)], ".".join(shown)
    return key in OPTIONAL[kind].get(parent, ()) or (parent == "scenarios.*" and key == "title")


def sound(kind: str, data: Any) -> bool:
    return Draft202012Validator(shipped(kind)).is_valid(data)


@pytest.mark.parametrize("kind", KINDS)
def test_the_whole_documents_are_sound_and_whole(kind: str) -> None:
    report = Report()
    check(read_document(DOCUMENTS / f"{kind}.yaml"), shipped(kind), report)
    assert not report.found
    said = {key for _, mapping in mappings(document(kind)) for key in mapping}
    assert {key for _, schema in parts(shipped(kind)) for key in schema.get("properties", ())} <= said


@pytest.mark.parametrize("kind", KINDS)
def test_only_these_keys_may_be_left_out(kind: str) -> None:
    data = document(kind)
    found: dict[str, set[str]] = {}
    for path, mapping in mappings(data):
        where = general(kind, path)
        for key in mapping if len(mapping) > 1 and not where.startswith(BELOW_ROWS) else ():
            if sound(kind, without(data, path, key)):
                found.setdefault(where, set()).add(key)
    for where in NAMES[kind] - OPTIONAL[kind].keys():
        found.pop(where, None)
    assert found == OPTIONAL[kind]


@pytest.mark.parametrize("kind", KINDS)
def test_only_names_may_be_added(kind: str) -> None:
    data = document(kind)
    found = set()
    for path, mapping in mappings(data):
        for name, value in product(("zz", "zz.zz", "z", "2"), (next(iter(mapping.values())), "zz", [])):
            if sound(kind, saying(data, path, name, value)):
                found.add(general(kind, path))
    assert {where for where in found if not where.startswith(BELOW_ROWS)} == NAMES[kind]


@pytest.mark.parametrize("kind", KINDS)
def test_only_free_texts_are_free(kind: str) -> None:
    data = document(kind)
    for path in texts(data):
        where = general(kind, path)
        wrong = saying(data, path[:-1], path[-1], "Anything at all!")
        formed = where in FORMED[kind] or (kind == "policy" and re.search(r"(^|\.)cites\.\*$", where))
        assert sound(kind, wrong) != bool(formed) or where.startswith(BELOW_ROWS), where


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_has_another_type(kind: str) -> None:
    """Numbers, lists and mappings where texts stand, and nothing anywhere."""
    data = document(kind)
    for path, _ in [*mappings(data), *((path, None) for path in texts(data))]:
        where = general(kind, path)
        if not path or where.startswith(BELOW_ROWS) or where.endswith("if_absent"):
            continue
        for value in (None, 5.5, True):
            if where.startswith(("facts.*", "tests.*.facts.*")) and kind == "tests":
                continue
            if kind == "sample" and ".where.*" in where and value is True:
                continue
            wrong = saying(data, path[:-1], path[-1], value)
            assert not sound(kind, wrong), (where, value)


@pytest.mark.parametrize("kind", [*KINDS, "version"])
def test_a_schema_that_becomes_laxer_is_noticed(kind: str) -> None:
    """Each `required`, `enum`, `const`, `pattern` and closed mapping of a schema is what some test above hangs on.

    What stands in rows is known to the schema of the version only."""
    name, schema = (kind, shipped(kind)) if kind != "version" else ("policy", _version_schema())
    validator = Draft202012Validator(schema)
    assert validator.is_valid(document(name))
    refused = [wrong for wrong in _wrong(name) if not validator.is_valid(wrong)]
    for path, keyword, laxer in _laxer(schema):
        in_rows = path.startswith(("$defs/owed", "$defs/row"))
        if in_rows == (kind == "version") and not any(map(Draft202012Validator(laxer).is_valid, refused)):
            pytest.fail(f"nothing notices that {keyword} is gone at {path or 'the top'}")


def _version_schema() -> dict[str, Any]:
    policy = read_document(DOCUMENTS / "policy.yaml")
    assert isinstance(policy, Mapping)
    return version_schema(read_policy(policy, Report()))


def _laxer(schema: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """The schema without one of its restrictions."""
    for path, part in parts(schema):
        where = [step for step in path.split("/") if step]
        for keyword in ("enum", "const", "pattern"):
            if keyword in part:
                yield path, keyword, without(schema, tuple(where), keyword)
        if part.get("additionalProperties") is False:
            yield (
                path,
                "additionalProperties",
                without(schema, tuple(where), "additionalProperties"),
            )
        for number, key in enumerate(part.get("required", ())):
            yield (
                path,
                f"required {key}",
                without(schema, (*where, "required"), number),
            )


def _wrong(kind: str) -> list[Any]:
    if kind not in _WRONG:
        data = document(kind)
        found = []
        for path, mapping in mappings(data):
            found += [without(data, path, key) for key in mapping]
            found.append(saying(data, path, "Zz!", next(iter(mapping.values()))))
            found.append(saying(data, path, "zz", next(iter(mapping.values()))))
        for path in texts(data):
            found.append(saying(data, path[:-1], path[-1], "Anything at all!"))
        for path, mapping in mappings(data):
            for key in (key for key, value in mapping.items() if value is True):
                found.append(saying(data, path, key, False))
        _WRONG[kind] = found
    return _WRONG[kind]


_WRONG: dict[str, list[Any]] = {}


def test_the_keys_of_every_decision_are_those_that_no_field_may_take() -> None:
    decision = LOANS.decide(LOANS.read_case({"scenario": "late", "facts": {}}), "2024-03-01T00:00:00Z").to_dict()
    fields = {field.written_as for field in LOANS.policy.fields.values()}
    assert set(decision) - fields == set(DECISION_KEYS)
    Draft202012Validator(SCHEMAS["decision of loans"]).validate(decision)


def test_the_keys_of_a_rule_are_those_of_the_language() -> None:
    rule = shipped("policy")["$defs"]["rule"]["properties"]
    choice = shipped("policy")["$defs"]["choice"]["properties"]
    assert set(rule) | set(choice) == RULE_KEYS
