"""The clocks of a case as plain data, for programs."""

from __future__ import annotations

from engine.analysis.clock_model import ClockEntry, ClockLedger
from engine.clock import format_instant
from engine.policy.model import Policy
from engine.render.clock_words import ClockWords


def clock_to_data(ledger: ClockLedger, policy: Policy) -> dict[str, object]:
    """The ledger as JSON gives it: instants are texts in the zone of the dispute."""
    decision = ledger.decision
    words = ClockWords(policy, decision.as_of, decision.zone)
    return {
        "scenario": decision.scenario,
        "as_of": format_instant(decision.as_of, decision.zone),
        "zone": str(decision.zone) if decision.zone else None,
        "policy": {"name": decision.policy.name, "version": decision.policy.version, "digest": decision.policy.digest},
        "case_digest": decision.case_digest,
        "next_deadlines": {entry.party or "": entry.window for entry in ledger.next_deadlines},
        "clocks": [entry_to_data(entry, words) for entry in ledger.entries],
    }


def entry_to_data(entry: ClockEntry, words: ClockWords) -> dict[str, object]:
    """One clock. `why` and `length` are sentences for people; everything else is for programs."""
    return {
        "window": entry.window,
        "title": words.title(entry),
        "meaning": entry.meaning,
        "party": entry.party,
        "deadline": entry.deadline,
        "state": entry.state,
        "counts": entry.counts,
        "periods": [
            {
                "count": span.amount.count if span.amount else None,
                "unit": span.amount.unit if span.amount else None,
                "until": span.until.text if span.until else None,
                "after": span.after.text if span.after else None,
            }
            for span in entry.spans
        ],
        "length": words.length(entry),
        "zone": str(entry.zone) if entry.zone else None,
        "starts": format_instant(entry.starts, words.zone) if entry.starts else None,
        "ends": format_instant(entry.ends, words.zone) if entry.ends else None,
        "met_by": entry.met_by.text if entry.met_by else None,
        "done_at": format_instant(entry.done_at, words.zone) if entry.done_at else None,
        "late": entry.late,
        "would_start": list(entry.would_start),
        "because": [one.text for one in entry.because],
        "missing": list(entry.missing),
        "why": words.why(entry),
        "paused_by": entry.paused_by,
        "clauses": list(entry.clauses),
        "readings": list(entry.readings),
    }
