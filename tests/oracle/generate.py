"""Lives of disputes, made up at random, each with the answer of `rules.decide`.

Every scenario comes equally often. Lives are mostly plausible, and their instants lie mostly on the edges: at the last
second of a window, one second before, one second after, on the days of clock changes, on 29 February, at a year's end.

    python -m tests.oracle.generate --seed 1 --count 1000 > cases.jsonl
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

if not __package__:  # run as a plain script
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    __package__ = "tests.oracle"

from . import clock
from .clock import DAY, HOUR, Instant
from .facts import Case
from .rules import CARRIER_ROWS, PRODUCT_ROWS, PROVABLE, customer_due, decide, shares

SCENARIOS = ("inconsistent", "counterfeit", "quality", "delayed", "lost_package", "damaged_package")
ZONES = (
    ("America/New_York", 45),
    ("America/Los_Angeles", 30),
    ("America/Chicago", 10),
    ("America/Denver", 5),
    ("America/Phoenix", 5),
    ("Pacific/Honolulu", 5),
)
ACCEPTANCE_DAYS = {"inconsistent": 30, "counterfeit": 30, "quality": 30, "damaged_package": 15, "lost_package": 28}
DAYS_OF_NOTE = [
    *(date(year, month, day) for year in (2024, 2028) for month, day in ((2, 28), (2, 29), (3, 1))),
    *(date(2025, 2, day) for day in (27, 28)),
    *(date(year, month, day) for year in (2024, 2025, 2026, 2027) for month, day in ((12, 31), (1, 1))),
    # Clocks go forward, clocks go back, and the days beside.
    *(date(2024, 3, day) for day in (8, 9, 10, 11)),
    *(date(2024, 11, day) for day in (1, 2, 3, 4)),
    *(date(2025, 3, day) for day in (7, 8, 9, 10)),
    *(date(2025, 11, day) for day in (1, 2, 3)),
    *(date(2026, 3, day) for day in (6, 7, 8, 9)),
    *(date(2026, 10, 31), date(2026, 11, 1), date(2026, 11, 2)),
]
ENDINGS = ("withdrawn_at", "cancelled_by_agreement_at", "settled_at", "other_process_started_at")
NOTHING_HAPPENED = (
    *ENDINGS,
    "previous_judgment_notified_at",
    "carrier_notified_at",
    "seller_notified_at",
    "judgment_notified_at",
    "seller_appeal_at",
    "seller_acted_at",
    "return_shipping_uploaded_at",
    "customer_materials",
    "seller_materials",
    "carrier_materials",
)


class Life:
    """One dispute in the making."""

    def __init__(self, rng: random.Random, scenario: str) -> None:
        self.rng = rng
        self.scenario = scenario
        zones, weights = zip(*ZONES, strict=True)
        name: str = rng.choices(zones, weights)[0]
        self.zone = ZoneInfo(name)
        self.written_in = self.zone if rng.random() < 0.85 else ZoneInfo(rng.choice(["UTC", "America/New_York"]))
        self.filed: Instant = 0
        self.times: dict[str, Instant] = {}
        self.facts: dict[str, object] = {
            "time_zone": name,
            "platform_purchase": True,
            "seller_sells_in_us": True,
            "filer_is_buyer": True,
            "valid_transaction": True,
            "about_breach_of_earlier_resolution": False,
            "after_sale_request": "unresolved" if self.chance(0.85) else "none",
            "prior_requests_raised": 0,
            "prior_requests_closed": 0,
            "previous_request_end": "none",
            "scenario": scenario,
            "deceptive_or_fraudulent": False,
            "allergy_claim": False,
            "correct_product_available": True,
            "customized": False,
            "wholly_damaged": False,
            "earlier_materials_prove": [],
            "system_data_proves": [],
            "prevails": "none",
            "supplementary_defeats_seller": "none",
            "damage_cause": "none",
            "certified_hazard_finding": False,
            "media_report_unsafe": False,
            "recall": "none",
            "bulk_inferior": False,
            "bad_faith": "none",
            **dict.fromkeys(NOTHING_HAPPENED, "none"),
        }

    # --- small helpers

    def chance(self, probability: float) -> bool:
        return self.rng.random() < probability

    def weighted(self, choices: dict[str, int]) -> str:
        return self.rng.choices(list(choices), list(choices.values()))[0]

    def at(self, name: str, instant: Instant) -> None:
        self.times[name] = instant
        self.facts[name] = clock.show(instant, self.written_in)

    def case(self, as_of: Instant) -> Case:
        return Case(self.facts, clock.show(as_of, self.zone))

    def edge(self, start: Instant, end: Instant, late_by: int, inside: int = 70) -> Instant:
        """An instant in a window from start to end, often on its edge, sometimes past it."""
        where = self.weighted({"inside": inside, "end": 9, "before end": 6, "after end": 7, "late": 6})
        if where == "inside":
            return self.rng.randint(start, max(start, end))
        if where == "late":
            return end + self.rng.randint(2, late_by)
        return end + {"end": 0, "before end": -1, "after end": 1}[where]

    def some_moment(self) -> Instant:
        if self.chance(0.45):
            day = self.rng.choice(DAYS_OF_NOTE).toordinal()
        else:
            day = self.rng.randint(date(2024, 1, 5).toordinal(), date(2027, 12, 20).toordinal())
        second = self.rng.randrange(DAY)
        if self.chance(0.3):
            second = self.rng.choice([0, 1, DAY - 1, DAY - 2, HOUR + HOUR // 2, 2 * HOUR - 1, 3 * HOUR])
        return clock.wall(day, second, self.zone)

    # --- the stations of a life

    def order_and_filing(self) -> None:
        if self.scenario == "delayed":
            self.delayed_filing()
            return
        days = ACCEPTANCE_DAYS[self.scenario]
        lost = self.scenario == "lost_package"
        moment = self.some_moment()
        start = moment - self.rng.choice([0, days, self.rng.randint(0, days)]) * DAY
        end = clock.end_of_calendar_days(start, days, self.zone)
        early = self.weighted({"no": 92, "at once": 3, "before": 3, "never": 2})
        if early == "no":
            self.filed = self.edge(start, end, 20 * DAY, 100)
        else:
            self.filed = start
        if lost:
            if early in ("before", "never"):
                self.facts["last_tracking_update_at"] = "none"  # the label was never scanned
            else:
                self.at("last_tracking_update_at", start)
            self.facts["delivered_at"] = "none"
            if early == "no" and self.chance(0.15):  # marked as delivered, yet not received
                self.at("delivered_at", start)
        elif early == "never":
            self.facts["delivered_at"] = "none"
        else:
            self.at("delivered_at", start + (self.rng.choice([1, HOUR, 3 * DAY]) if early == "before" else 0))

    def delayed_filing(self) -> None:
        start = self.some_moment()
        self.filed = self.edge(start, start + 48 * HOUR, 10 * DAY, 100)
        estimate = self.filed - self.rng.randint(1, 6 * DAY)
        by_day = clock.wall(clock.local_day(estimate, self.zone) - 1, DAY - 1, self.zone)
        relation = self.weighted({"day": 60, "any": 25, "just over": 5, "now": 4, "one second": 3, "ahead": 3})
        ahead = {"just over": -1, "now": 0, "one second": 1, "ahead": self.rng.randint(HOUR, 3 * DAY)}
        estimates = {"day": by_day, "any": estimate}
        due = estimates[relation] if relation in estimates else self.filed + ahead[relation]
        self.at("estimated_delivery_at", due)
        if self.chance(0.97):
            self.at("last_tracking_update_at", start)
        else:
            self.facts["last_tracking_update_at"] = "none"
        self.facts["delivered_at"] = "none"
        if self.chance(0.2) and start > due:
            self.at("delivered_at", start)  # the last scan was the delivery
        elif self.chance(0.15) and self.filed > due:
            self.at("delivered_at", self.filed + self.rng.randint(1, 5 * DAY))

    def earlier_requests(self) -> None:
        past = self.weighted({"none": 82, "withdrawn": 5, "rejected_at_intake": 3, "judgment": 8, "two": 2})
        delivered = self.times.get("delivered_at", self.times.get("last_tracking_update_at"))
        if past == "none" or delivered is None or self.filed <= delivered:
            return
        self.facts["prior_requests_raised"] = self.facts["prior_requests_closed"] = 1
        if past == "two":
            self.facts["prior_requests_raised"] = self.rng.choice([2, 2, 3])
            self.facts["prior_requests_closed"] = self.rng.choice([1, 2, 2])
            past = self.rng.choice(["withdrawn", "judgment"])
        self.facts["previous_request_end"] = past
        if past == "judgment":
            notified = self.filed + self.rng.randint(12 * HOUR, 10 * DAY)
            self.at("previous_judgment_notified_at", notified)
            self.filed = self.edge(notified, clock.end_of_calendar_days(notified, 2, self.zone), 10 * DAY)

    def exclusions(self) -> None:
        if not self.chance(0.09):
            return
        excluding: dict[str, object] = {
            "platform_purchase": False,
            "seller_sells_in_us": False,
            "filer_is_buyer": False,
            "valid_transaction": False,
            "about_breach_of_earlier_resolution": True,
            "after_sale_request": "in_process",
        }
        for name in self.rng.sample(list(excluding), self.rng.choice([1, 1, 1, 2])):
            self.facts[name] = excluding[name]

    def notices(self) -> None:
        self.at("filed_at", self.filed)
        how = self.weighted({"soon": 85, "same second": 5, "slow": 5, "never": 5})
        if how != "never":
            delay = {"soon": self.rng.randint(60, 8 * HOUR), "same second": 0, "slow": self.rng.randint(DAY, 4 * DAY)}
            self.at("seller_notified_at", self.filed + delay[how])
        if self.scenario in CARRIER_ROWS and self.chance(0.75):
            self.at("carrier_notified_at", self.filed + self.rng.choice([0, self.rng.randint(60, DAY)]))

    def the_matter(self) -> None:
        """What the dispute is about."""
        facts, rng = self.facts, self.rng
        if self.scenario == "inconsistent":
            facts["inconsistency"] = rng.choice(["wrong_item", "wrong_item", "missing_item"])
            facts["deceptive_or_fraudulent"] = self.chance(0.25)
            facts["correct_product_available"] = self.chance(0.85)
        if self.scenario in ("counterfeit", "quality"):
            facts["issue_visible"] = self.chance(0.55)
        if self.scenario == "quality":
            facts["quality_severity"] = rng.choice(["significant", "minor"])
            if self.chance(0.2):
                facts["allergy_claim"] = True
                facts["issue_visible"] = self.chance(0.15)
        if self.scenario in (*CARRIER_ROWS, "damaged_package"):
            facts["shipping_mode"] = rng.choice(["ship_by_seller", "ship_by_tiktok"])
        if self.scenario == "damaged_package":
            facts["carrier_used"] = facts["shipping_mode"] == "ship_by_tiktok" or self.chance(0.7)
            facts["wholly_damaged"] = self.chance(0.35)
            if self.chance(0.25):
                facts["damage_cause"] = rng.choice(["seller", "carrier", "customer"])
        if self.scenario not in CARRIER_ROWS:
            facts["customized"] = self.chance(0.1)
            facts["wholly_damaged"] = facts["wholly_damaged"] or self.chance(0.04)
        facts["certified_hazard_finding"] = self.chance(0.04)
        facts["media_report_unsafe"] = self.chance(0.05)
        if facts["certified_hazard_finding"] or facts["media_report_unsafe"]:
            facts["recall"] = rng.choice(["none", "none", "other_batches_only"])
        if self.scenario in PRODUCT_ROWS and self.chance(0.1):
            facts["bulk_inferior"] = True
            facts["bad_faith"] = rng.choice(["none", True, True, False])

    def materials(self) -> None:
        provable = PROVABLE[self.scenario]
        if self.chance(0.12):
            self.facts["earlier_materials_prove"] = list(provable["customer"])
        if self.chance(0.12):
            pool = [*provable["seller"], *provable.get("carrier", ()), *provable["customer"]]
            self.facts["system_data_proves"] = [self.rng.choice(pool)]
        due = customer_due(self.case(self.filed), self.scenario)
        if isinstance(due, int):
            self.submission("customer", self.filed, due, (60, 18, 10, 12))
        notified = self.times.get("seller_notified_at")
        if notified is not None:
            self.submission("seller", notified, notified + 48 * HOUR, (36, 26, 26, 12))
        hired = self.times.get("carrier_notified_at")
        if hired is not None:
            end = clock.end_of_calendar_days(hired, 15, self.zone)
            self.submission("carrier", hired, end, (25, 15, 50, 10))
        elif self.scenario == "lost_package" and self.chance(0.1):
            self.submission("carrier", self.filed, self.filed + 5 * DAY, (45, 15, 30, 10))

    def submission(self, party: str, start: Instant, due: Instant, weights: tuple[int, int, int, int]) -> None:
        if self.chance(0.2):
            return
        could = list(PROVABLE[self.scenario].get(party, ()))
        proves: object = could
        how = self.rng.choices(["all", "nothing", "part", "not assessed"], weights)[0]
        if how == "nothing":
            proves = []
        elif how == "part":
            proves = could[:1]
        elif how == "not assessed":
            proves = "not_assessed"
        record: dict[str, object] = {
            "submitted_at": clock.show(self.edge(start, due, 4 * DAY), self.written_in),
            "proves": proves,
        }
        if self.chance(0.12):
            record["authentic"] = self.chance(0.4)
        self.facts[f"{party}_materials"] = record

    def findings(self) -> None:
        if self.chance(0.85):
            self.facts["prevails"] = self.weighted({"customer": 35, "seller": 35, "not_assessed": 20, "none": 10})
        if self.scenario == "quality" and self.chance(0.35):
            self.facts["supplementary_defeats_seller"] = self.chance(0.6)

    def judgment_and_after(self) -> None:
        """Only a case that can be judged is judged."""
        far = self.filed + 90 * DAY
        so_far = decide(self.facts, clock.show(far, self.zone))
        if so_far["status"] != "decided" or not self.chance(0.65):
            return
        complete = max(part.completed_at for part in shares(self.case(far), self.scenario).values())
        notified = complete + self.rng.randint(60, 3 * DAY)
        if self.chance(0.3):
            second = self.rng.choice([0, DAY - 1, DAY - HOUR // 2])
            notified = clock.wall(clock.local_day(complete, self.zone) + 1, second, self.zone)
        self.at("judgment_notified_at", notified)
        appeal_end = clock.end_of_calendar_days(notified, 2, self.zone)
        act_end = notified + 48 * HOUR
        if self.chance(0.35):
            self.at("seller_appeal_at", self.edge(notified, self.rng.choice([appeal_end, act_end]), 3 * DAY))
        if so_far["liable"] == ["seller"] and self.chance(0.5):
            self.at("seller_acted_at", self.edge(notified, act_end, 3 * DAY))
        if so_far["return"] == "required" and self.chance(0.4):
            self.at("return_shipping_uploaded_at", notified + self.rng.randint(HOUR, 6 * DAY))

    def endings(self) -> None:
        if not self.chance(0.15):
            return
        names = self.rng.sample(ENDINGS, 2 if self.chance(0.15) else 1)
        start = self.times.get("judgment_notified_at", self.filed) if self.chance(0.4) else self.filed
        for name in names:
            if name == "other_process_started_at" and self.chance(0.2):
                self.at(name, self.filed - self.rng.randint(0, 5 * DAY))
            else:
                self.at(
                    name, start + self.rng.choice([1, self.rng.randint(60, 3 * DAY), self.rng.randint(DAY, 20 * DAY)])
                )

    def question(self) -> Instant:
        """The moment of the question: often on an edge of something."""
        deadlines = decide(self.facts, clock.show(self.filed + 90 * DAY, self.zone))["deadlines"]
        assert isinstance(deadlines, dict)
        notable = [clock.parse(text) for text in deadlines.values() if text != "paused"] + list(self.times.values())
        for party in ("customer", "seller", "carrier"):
            record = self.facts[f"{party}_materials"]
            if isinstance(record, dict):
                notable.append(clock.parse(str(record["submitted_at"])))
        notable = sorted(moment for moment in notable if moment >= self.filed)
        last = notable[-1]
        if self.chance(0.45):
            asked = self.rng.choice(notable) + self.rng.choice([-1, 0, 1])
        elif self.chance(0.45):
            asked = self.rng.randint(self.filed, last + DAY)
        else:
            asked = last + self.rng.choice([1, DAY, 30 * DAY])
        return max(asked, self.filed)

    def forget(self) -> None:
        """Some facts nobody has found out."""
        if not self.chance(0.16):
            return
        common = ["time_zone", "filer_is_buyer", "platform_purchase", "valid_transaction", "seller_sells_in_us"]
        common += ["about_breach_of_earlier_resolution", "after_sale_request", "prior_requests_raised"]
        common += ["prior_requests_closed", "filed_at", "seller_notified_at", "customer_materials", "seller_materials"]
        common += ["certified_hazard_finding", "media_report_unsafe", "judgment_notified_at", "scenario"]
        if self.facts["previous_request_end"] != "none":
            common += ["previous_request_end", "previous_judgment_notified_at"]
        if not any(name in self.times for name in ENDINGS):
            common += ["withdrawn_at", "settled_at"]
        own = {
            "inconsistent": ["delivered_at", "inconsistency", "correct_product_available"],
            "counterfeit": ["delivered_at", "issue_visible", "issue_visible"],
            "quality": ["delivered_at", "issue_visible", "allergy_claim"],
            "delayed": ["last_tracking_update_at", "estimated_delivery_at", "shipping_mode", "carrier_notified_at"],
            "lost_package": ["last_tracking_update_at", "shipping_mode", "shipping_mode", "carrier_notified_at"],
            "damaged_package": [
                "delivered_at",
                "shipping_mode",
                "shipping_mode",
                "carrier_used",
                "wholly_damaged",
                "damage_cause",
            ],
        }[self.scenario]
        if self.scenario in ("inconsistent", "quality"):
            own += ["customized", "wholly_damaged"]
        if self.scenario == "inconsistent":
            own += ["deceptive_or_fraudulent"] * 2
        if self.scenario == "quality":
            own += ["supplementary_defeats_seller"] + ["quality_severity"] * 2
        if self.facts["bulk_inferior"]:
            own += ["bad_faith"] * 3
        if self.facts["recall"] != "none":
            own += ["recall"] * 2
        if "judgment_notified_at" in self.times:
            own += ["seller_appeal_at", "seller_acted_at"] * 2
        for _ in range(self.rng.choice([1, 1, 1, 2])):
            self.facts[self.rng.choice(own if self.chance(0.6) else common)] = "unknown"


def life(rng: random.Random, scenario: str) -> tuple[dict[str, object], str]:
    """The facts of one dispute and the moment of the question."""
    made = Life(rng, scenario)
    made.order_and_filing()
    made.earlier_requests()
    made.exclusions()
    made.notices()
    made.the_matter()
    made.materials()
    made.findings()
    made.judgment_and_after()
    made.endings()
    as_of = clock.show(made.question(), made.written_in)
    made.forget()
    return made.facts, as_of


def cases(seed: int, count: int) -> Iterator[dict[str, object]]:
    """So many cases; a case depends on the seed and its number only."""
    for number in range(count):
        rng = random.Random(f"{seed}/{number}")
        facts, as_of = life(rng, SCENARIOS[number % len(SCENARIOS)])
        yield {"id": f"gen_{seed}_{number:06d}", "facts": facts, "as_of": as_of, "expected": decide(facts, as_of)}


def main() -> None:
    parser = argparse.ArgumentParser(description="Print made-up disputes with their answers, one JSON object a line.")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=1000)
    options = parser.parse_args()
    for case in cases(options.seed, options.count):
        sys.stdout.write(json.dumps(case) + "\n")


if __name__ == "__main__":
    main()
