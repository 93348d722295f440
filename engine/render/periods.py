"""Periods in words."""

from __future__ import annotations

from engine.expr.check import Expression
from engine.link.program import Span
from engine.policy.model import Policy
from engine.render.words import in_words, moment


def span_in_words(span: Span, policy: Policy) -> str:
    """How long it is: `15 calendar days after the parcel came`, `until the end of 2025-12-31`, `no period`."""
    if span.until is not None:
        return f"until the end of {day_in_words(span.until, policy)}"
    if span.amount is None:
        return "no period"
    return f"{span.amount} after {moment(span.after, policy)}" if span.after else str(span.amount)


def day_in_words(expression: Expression, policy: Policy) -> str:
    """A date as written, or what the formula for one stands for."""
    return expression.text if not expression.names else moment(expression, policy)


def spans_in_words(spans: tuple[Span, ...], latest: bool, policy: Policy) -> tuple[str, ...]:
    """The spans of a period, each with its condition."""
    if len(spans) == 1 and spans[0].when is None:
        return (span_in_words(spans[0], policy),)
    lines = []
    for span in spans:
        when = f"if {in_words(span.when, policy)}" if span.when is not None else "always" if latest else "otherwise"
        lines.append(f"{span_in_words(span, policy)}, {when}")
    return (*lines, "the last of these to end counts") if latest else tuple(lines)
