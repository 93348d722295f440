"""The ladder in Polars, written by hand: enums, lazy, one pass."""

from __future__ import annotations

from typing import Any

import polars as pl
from polars import col

from benchmarks.ladder import by_hand
from benchmarks.ladder.rules import version

OUT = ("rule", "winner", "payer", "remedy")


def frame(table: Any) -> pl.DataFrame:
    """The facts as Polars takes them best: words as enums."""
    found = pl.from_arrow(table)
    assert isinstance(found, pl.DataFrame)
    policy = version().policy
    words = {name: list(fact.values) for name, fact in policy.facts.items() if fact.kind == "enum"}
    words["scenario"] = list(policy.rows)
    keep = [name for name in found.columns if not name.startswith("case.") and name != "as_of"]
    return found.select(
        col(name).cast(pl.String).cast(pl.Enum(words[name])) if name in words else col(name) for name in keep
    )


def fact(name: str) -> pl.Expr:
    return col(name)


def decide(facts: pl.DataFrame) -> pl.DataFrame:
    """The rule that decides for each row, and what it says."""
    amount, band, shows = fact("request.amount"), fact("product.band"), fact("proof.customer")
    answered, carrier, cause = fact("seller.answered"), fact("proof.carrier"), fact("review.cause")
    delivered, shipped = fact("order.delivered"), fact("order.shipped_by")
    hours, stale, late = (
        fact("request.hours_since_delivery"), fact("request.hours_since_update"), fact("order.hours_late"),
    )  # fmt: skip
    visible, known, replace = fact("product.visible_issue"), fact("seller.known_for_it"), fact("seller.can_replace")
    customized, severity = fact("product.customized"), fact("review.severity")
    derived = facts.lazy().with_columns(
        weak=(shows == "nothing") | (shows == "weak") & (band == "high"),
        claim=(shows == "strong") | (shows == "weak") & ~answered,
        rebutted=answered & (fact("proof.seller") == "strong"),
        unsafe=fact("product.hazardous") | fact("product.recalled") & ~customized,
        small=(amount < 20) | (band == "low") & (amount < 50),
    )
    weak, claim, rebutted, small = col("weak"), col("claim"), col("rebutted"), col("small")
    row = {name: col("scenario") == name for name in ("inconsistent", "counterfeit", "quality", "delayed", "lost")}
    product = row["inconsistent"] | row["counterfeit"] | row["quality"]
    conditions = [
        ~fact("request.on_platform"),
        ~fact("request.by_buyer"),
        fact("request.withdrawn"),
        fact("request.earlier") >= 2,
        fact("request.with_seller") == "in_process",
        product & (hours > 720),
        col("unsafe") & delivered,
        known & ~answered & claim,
        row["inconsistent"] & small & ~answered,
        row["inconsistent"] & weak & answered,
        row["inconsistent"] & rebutted & ~claim,
        row["inconsistent"] & claim & replace,
        row["inconsistent"] & claim & customized,
        row["inconsistent"],
        row["counterfeit"] & visible & weak,
        row["counterfeit"] & rebutted & (shows != "strong"),
        row["counterfeit"] & rebutted & (severity == "minor") & ~known,
        row["counterfeit"] & (band == "high") & (amount >= 500),
        row["counterfeit"],
        row["quality"] & fact("product.allergy") & (shows == "strong") & (severity == "significant"),
        row["quality"] & visible & (hours > 168) & ~claim,
        row["quality"] & rebutted & (weak | (severity == "minor")),
        row["quality"] & (severity == "minor") & ~customized,
        row["quality"] & claim & replace & (band != "high"),
        row["quality"],
        row["delayed"] & delivered & (late <= 0),
        row["delayed"] & (stale < 48) & ~delivered,
        row["delayed"] & (carrier == "strong") & (shipped == "marketplace"),
        row["delayed"] & (shipped == "marketplace"),
        row["delayed"] & (late > 240) & ~delivered,
        row["delayed"],
        row["lost"] & delivered & (carrier == "strong"),
        row["lost"] & (stale < 672) & fact("order.tracked") & ~delivered,
        row["lost"] & (shipped == "merchant") & ~rebutted,
        row["lost"] & (shipped == "merchant") & replace,
        row["lost"] & fact("order.carrier_used") & (carrier != "strong"),
        row["lost"],
        cause == "use",
        (hours > 360) | weak & answered,
        (cause == "transit") & fact("order.carrier_used"),
        (cause == "packing") | ~rebutted,
    ]
    last = pl.lit(len(conditions), pl.UInt8)
    rungs = [pl.when(one).then(pl.lit(at, pl.UInt8)).otherwise(last) for at, one in enumerate(conditions)]
    rung = derived.select(rung=pl.min_horizontal(rungs))  # four times as fast as one `when` in another
    return rung.select(pl.lit(column).gather(col("rung")).alias(name) for name, column in ANSWERS.items()).collect()


RULES = [getattr(by_hand, f"R{number:02}") for number in range(1, 43)]
ANSWERS = {name: pl.Series([rule[at] for rule in RULES], dtype=pl.Categorical) for at, name in enumerate(OUT)}
