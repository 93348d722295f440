"""Run cases written in the flat vocabulary of the worked cases, and compare decisions with expectations.

    python tests/import_cases.py FILE [--policy VERSION] [--write TESTS.yaml]

FILE is YAML (`baseline:` and `cases:`) or JSON Lines of `{facts, as_of, expected}`. Each becomes a case document and is
decided. What an expectation leaves out is not compared; of `reasons` and, in undetermined cases, of `deadlines`, the
expected must be contained. Prints the agreement per field and every difference; exits 0 only if all agree.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import click
import yaml

from engine import Decision, InvalidDocument, Version, load_pack
from engine.clock import parse_instant
from engine.document.formatted import formatted
from engine.policy.model import ABSENT
from engine.source import Source

Flat = Mapping[str, Any]
Grouped = dict[str, dict[str, Any]]

# The vocabulary's names for facts, and the names that the pack gives them.
FACTS = {
    "time_zone": "dispute.time_zone",
    "filed_at": "dispute.filed_at",
    "about_breach_of_earlier_resolution": "dispute.about_earlier_resolution",
    "after_sale_request": "dispute.request_with_seller",
    "issue_visible": "dispute.issue_visible",
    "allergy_claim": "dispute.allergy_claimed",
    "inconsistency": "dispute.inconsistency",
    "prior_requests_raised": "earlier.raised",
    "prior_requests_closed": "earlier.closed",
    "previous_request_end": "earlier.latest_end",
    "previous_judgment_notified_at": "earlier.judgment_notified_at",
    "platform_purchase": "order.on_platform",
    "valid_transaction": "order.valid_transaction",
    "shipping_mode": "order.shipping_mode",
    "carrier_used": "order.carrier_used",
    "delivered_at": "order.delivered_at",
    "last_tracking_update_at": "order.last_tracking_update_at",
    "estimated_delivery_at": "order.estimated_delivery_at",
    "customized": "product.customized",
    "wholly_damaged": "product.wholly_damaged",
    "correct_product_available": "product.correct_one_available",
    "certified_hazard_finding": "product.tested_hazardous",
    "media_report_unsafe": "product.reported_unsafe",
    "recall": "product.recall",
    "filer_is_buyer": "customer.is_buyer",
    "customer_materials": "customer.materials",
    "earlier_materials_prove": "customer.earlier_materials",
    "return_shipping_uploaded_at": "customer.returned_at",
    "seller_sells_in_us": "seller.sells_in_us",
    "seller_notified_at": "seller.notified_at",
    "seller_materials": "seller.materials",
    "bulk_inferior": "seller.many_inferior_deliveries",
    "seller_appeal_at": "seller.appealed_at",
    "seller_acted_at": "seller.acted_at",
    "carrier_notified_at": "carrier.notified_at",
    "carrier_materials": "carrier.materials",
    "system_data_proves": "platform.system_data",
    "withdrawn_at": "ending.withdrawn_at",
    "cancelled_by_agreement_at": "ending.cancelled_at",
    "settled_at": "ending.settled_at",
    "other_process_started_at": "ending.other_process_at",
    "judgment_notified_at": "judgment.notified_at",
    "prevails": "review.prevails",
    "supplementary_defeats_seller": "review.supplement_defeats_seller",
    "damage_cause": "review.damage_cause",
    "deceptive_or_fraudulent": "review.deceptive",
    "quality_severity": "review.severity",
    "bad_faith": "review.bad_faith",
}
BACK = {ours: theirs for theirs, ours in FACTS.items()} | {"scenario": "scenario"}
NONE_IS_A_VALUE = {"after_sale_request", "previous_request_end", "recall"}
NONE_IS_NOT_MADE = {"prevails"}
MATERIALS = {"customer_materials", "seller_materials", "carrier_materials"}
LISTS = ("liable", "remedies", "awaiting_from", "missing_evidence")
SINGLE = ("status", "in_favor_of", "return", "risk")

# The vocabulary's baseline, for files that do not bring one.
BASELINE: Flat = {
    "time_zone": "America/New_York", "platform_purchase": True, "seller_sells_in_us": True, "filer_is_buyer": True,
    "valid_transaction": True, "about_breach_of_earlier_resolution": False, "after_sale_request": "unresolved",
    "prior_requests_raised": 0, "prior_requests_closed": 0, "previous_request_end": "none",
    "previous_judgment_notified_at": "none", "carrier_notified_at": "none", "deceptive_or_fraudulent": False,
    "allergy_claim": False, "correct_product_available": True, "customized": False, "wholly_damaged": False,
    "customer_materials": "none", "seller_materials": "none", "carrier_materials": "none",
    "earlier_materials_prove": [], "system_data_proves": [], "prevails": "none",
    "supplementary_defeats_seller": "none", "damage_cause": "none", "certified_hazard_finding": False,
    "media_report_unsafe": False, "recall": "none", "bulk_inferior": False, "bad_faith": "none", "withdrawn_at": "none",
    "cancelled_by_agreement_at": "none", "settled_at": "none", "other_process_started_at": "none",
    "judgment_notified_at": "none", "seller_appeal_at": "none", "seller_acted_at": "none",
    "return_shipping_uploaded_at": "none",
}  # fmt: skip


@dataclass(frozen=True)
class Item:
    """One case: its name and story, the flat facts, the moment, and what is expected."""

    id: str
    story: str
    facts: Flat
    as_of: str
    expected: Flat
    ambiguous: tuple[int, ...] = ()
    alternative: str = ""


def items(path: Path) -> Iterator[Item]:
    """The cases of a file. Raises ValueError when it has neither form."""
    text = path.read_text(encoding="utf-8")
    if path.suffix in (".jsonl", ".ndjson") or (text.lstrip().startswith("{") and path.suffix not in (".yaml", ".yml")):
        for number, line in enumerate(text.splitlines(), 1):
            if line.strip():
                yield _item(json.loads(line), number, BASELINE)
        return
    document = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    cases = document.get("cases") if isinstance(document, dict) else document
    if not isinstance(cases, list):
        raise ValueError(f"{path}: a list of `cases` is expected")
    baseline = document.get("baseline", BASELINE) if isinstance(document, dict) else BASELINE
    for number, case in enumerate(cases, 1):
        yield _item(case, number, baseline)


def _item(data: Flat, number: int, baseline: Flat) -> Item:
    return Item(
        id=str(data.get("id", f"case_{number}")),
        story=str(data.get("story", "")),
        facts={**baseline, **data["facts"]},
        as_of=_text(data["as_of"]),
        expected=data["expected"],
        ambiguous=tuple(data.get("ambiguous", ())),
        alternative=str(data.get("alternative", "")),
    )


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime | date) else str(value)


# ------------------------------------------------------------------------------------------------------ there and back


def case_document(facts: Flat) -> dict[str, Any]:
    """The case document that flat facts mean. Raises KeyError for a fact that the vocabulary does not have."""
    grouped: dict[str, dict[str, Any]] = {}
    for name, value in facts.items():
        if name == "scenario":
            continue
        group, _, key = FACTS[name].partition(".")
        found = _fact(name, value)
        if found is not _LEFT_OUT:
            grouped.setdefault(group, {})[key] = found
    return {"scenario": facts["scenario"], "facts": grouped}


_LEFT_OUT = object()


def _fact(name: str, value: Any) -> Any:
    if value is None:
        value = "none"
    if value == "not_assessed" or (value == "none" and name in NONE_IS_NOT_MADE):
        return "unknown"
    if name in MATERIALS:
        if value in ("none", "unknown"):
            return [] if value == "none" else "unknown"
        return [_submission(one) for one in (value if isinstance(value, list) else [value])]
    if value == "none" and name not in NONE_IS_A_VALUE:
        return None
    return _text(value) if isinstance(value, datetime | date) else value


def _submission(flat: Flat) -> dict[str, Any]:
    found = {key: value for key, value in flat.items() if key != "proves"} | {
        "submitted_at": _text(flat["submitted_at"])
    }
    if flat.get("proves", "not_assessed") not in ("not_assessed", "unknown"):
        found["proves"] = list(flat["proves"])
    return found


def flat_decision(decision: Decision) -> dict[str, Any]:
    """A decision in the vocabulary's words."""
    data = decision.to_dict()
    flat: dict[str, Any] = {name: data[name] for name in (*SINGLE, *LISTS)}
    flat["missing_facts"] = [BACK[name] for name in decision.missing_facts]
    flat["deadlines"] = {d.name: "paused" if d.state == "paused" else d.at for d in decision.deadlines}
    flat["reasons"] = sorted({clause for reason in decision.reasons for clause in reason.clauses})
    return flat


# ---------------------------------------------------------------------------------------------------------- comparing


@dataclass
class Result:
    agree: Counter[str] = field(default_factory=Counter)
    compared: Counter[str] = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)
    wrong: set[str] = field(default_factory=set)

    def note(self, item: Item, name: str, same: bool, expected: object, found: object) -> None:
        self.compared[name] += 1
        self.agree[name] += same
        if not same:
            self.wrong.add(item.id)
            self.differences.append(f"{item.id}: {name}: expected {_shown(expected)}, found {_shown(found)}")


def _shown(value: object) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_shown(value[key])}" for key in sorted(value)) + "}"
    if isinstance(value, list | tuple | set | frozenset):
        return "[" + ", ".join(sorted(map(str, value))) + "]"
    return _text(value)


def compare(item: Item, flat: Mapping[str, Any], result: Result) -> None:
    """Every field that is expected, against what was found."""
    expected = item.expected
    for name in SINGLE:
        if name in expected:
            result.note(item, name, expected[name] == flat[name], expected[name], flat[name])
    for name in (*LISTS, "missing_facts"):
        if name in expected:
            result.note(item, name, sorted(expected[name]) == sorted(flat[name]), expected[name], flat[name])
    if "deadlines" in expected:
        wanted = {n: v if v == "paused" else parse_instant(_text(v)) for n, v in expected["deadlines"].items()}
        found = flat["deadlines"]
        contained = all(found.get(name) == value for name, value in wanted.items())
        same = contained if expected.get("status") == "undetermined" else wanted == found
        result.note(item, "deadlines", same, wanted, found)
    if "reasons" in expected:
        lacking = set(expected["reasons"]) - set(flat["reasons"])
        result.note(item, "reasons", not lacking, sorted(lacking), "not among the reasons")


def run(found: Iterable[Item], version: Version) -> tuple[int, Result]:
    """Decide and compare every case: how many there are, and how they compare."""
    result = Result()
    count = 0
    for item in found:
        count += 1
        try:
            case = version.read_case(case_document(item.facts))
            flat = flat_decision(version.decide(case, item.as_of))
        except (InvalidDocument, KeyError, ValueError) as problem:
            result.note(item, "readable", False, "a case", f"{type(problem).__name__}: {problem}")
            continue
        compare(item, flat, result)
    return count, result


HEAD = """# yaml-language-server: $schema=../../../schemas/tests.schema.json
# Worked cases: worked out from the text of the policy and the readings, without reference to any program.
"""


def as_policy_tests(found: list[Item], version: Version) -> str:
    """The cases as a document of policy tests. What every case has by default stands once, at its head."""
    common = _without_defaults(case_document({**BASELINE, "scenario": ""})["facts"], version)
    tests = []
    for item in found:
        facts = case_document(item.facts)["facts"]
        differ = {g: {k: v for k, v in m.items() if common.get(g, {}).get(k, _LEFT_OUT) != v} for g, m in facts.items()}
        own = _without_defaults(differ, version, common)
        expect = {k: v for k, v in item.expected.items() if k not in ("missing_facts", "reasons")}
        expect["missing_facts"] = [FACTS[name] for name in item.expected["missing_facts"]]
        expect["reasons"] = item.expected["reasons"]
        test: dict[str, Any] = {"name": item.story or item.id, "id": item.id, "scenario": item.facts["scenario"]}
        test |= {"facts": own, "as_of": item.as_of, "expect": expect}
        if item.ambiguous:
            test["readings"] = list(item.ambiguous)
        if item.alternative:
            test["otherwise"] = item.alternative
        tests.append(test)
    document = {"policy": version.policy.name, "facts": common, "tests": tests}
    text = HEAD + yaml.safe_dump(document, sort_keys=False, width=120, allow_unicode=True)
    return formatted(Source("worked.yaml", text))


def _without_defaults(facts: Grouped, version: Version, common: Grouped | None = None) -> Grouped:
    """The facts that say more than leaving them out would, beside those that all cases have in common."""
    absent = {fact.name: fact.if_absent for fact in version.policy.facts.values()}

    def says_nothing(group: str, key: str, value: object) -> bool:
        default = absent[f"{group}.{key}"]
        return key not in (common or {}).get(group, {}) and value == ("unknown" if default is ABSENT else default)

    kept = {g: {k: v for k, v in m.items() if not says_nothing(g, k, v)} for g, m in facts.items()}
    return {group: members for group, members in kept.items() if members}


@click.command(help=__doc__)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--policy", "name", default="1.0.0", show_default=True, help="The version that decides.")
@click.option("--write", type=click.Path(path_type=Path), help="Write the cases as policy tests to this file.")
def main(file: Path, name: str, write: Path | None) -> None:
    try:
        found = list(items(file))
    except (ValueError, KeyError, TypeError, AttributeError, yaml.YAMLError) as problem:
        raise click.ClickException(f"{file} is not in the vocabulary: {type(problem).__name__}: {problem}") from None
    version = load_pack(only=name).version(name)
    count, result = run(found, version)
    for line in result.differences:
        click.echo(line)
    for field_name in result.compared:
        click.echo(f"{field_name:18} {result.agree[field_name]} of {result.compared[field_name]} agree")
    click.echo(f"{count - len(result.wrong)} of {count} cases agree in every field")
    if write is not None:
        write.write_text(as_policy_tests(found, version), encoding="utf-8")
    raise SystemExit(0 if count and not result.wrong else 1)


if __name__ == "__main__":
    main()
