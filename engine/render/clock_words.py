"""A clock of a case in words: what it is called, how long it is, what became of it, and what it waits for."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from engine.analysis.clock_model import ClockEntry
from engine.policy.model import Policy
from engine.render.moments import local, relative, span
from engine.render.periods import span_in_words
from engine.render.phrases import as_clause, named
from engine.render.words import in_words, window_in_words


class ClockWords:
    """Tells the clocks of one case: in the words of its policy, in its zone, at one moment."""

    def __init__(self, policy: Policy, as_of: datetime, zone: ZoneInfo | None) -> None:
        self.policy = policy
        self.as_of = as_of
        self.zone = zone

    def title(self, entry: ClockEntry) -> str:
        return window_in_words(entry.window, self.policy)

    def party(self, entry: ClockEntry) -> str:
        """Whose period it is; empty for nobody's."""
        return self.policy.parties[entry.party].title if entry.party else ""

    def deadline(self, entry: ClockEntry) -> str:
        return named(entry.deadline) if entry.deadline else ""

    def at(self, moment: datetime) -> str:
        return local(moment, self.zone)

    def length(self, entry: ClockEntry) -> str:
        """How long it is, from when, and in which zone its days are counted."""
        lengths = [span_in_words(one, self.policy) for one in entry.spans]
        zone = f" (days in {entry.zone})" if entry.zone else ""
        return f"{', extended by '.join(lengths)}{zone}" if lengths else ""

    def state(self, entry: ClockEntry) -> str:
        """What became of it, with how long is left or how long ago that was."""
        match entry.state:
            case "running":
                left = relative(entry.ends, self.as_of) if entry.ends else "without an end"
                return f"running, {left}"
            case "met" if entry.done_at:
                return f"met {self.at(entry.done_at)}"
            case "missed" if entry.done_at and entry.late and entry.ends:
                return f"missed: it came {self.at(entry.done_at)}, {span(entry.done_at - entry.ends)} late"
            case "missed" | "ended" if entry.ends and entry.ends >= self.as_of:  # as a forecast has it
                return "would be missed" if entry.state == "missed" else "would end"
            case "missed" | "ended" if entry.ends:
                return f"{entry.state} {relative(entry.ends, self.as_of)}"
            case "paused":
                by = f"“{window_in_words(entry.paused_by, self.policy)}”" if entry.paused_by else "another period"
                return f"held up by {by}"
            case "open":
                return "not known"
            case state:
                return state

    def dates(self, entry: ClockEntry) -> str:
        """From when to when; empty while there is neither."""
        starts = f"from {self.at(entry.starts)}" if entry.starts else ""
        ends = f"to {self.at(entry.ends)}" if entry.ends else ""
        return " ".join(part for part in (starts, ends) if part)

    def why(self, entry: ClockEntry) -> str:
        """Why it does not run, and what would start it; empty for one that runs or ran."""
        reasons = "; ".join(in_words(one, self.policy) for one in entry.because)
        match entry.state:
            case "not started" if entry.starts:
                return f"it starts {self.at(entry.starts)}"
            case "not started" if entry.would_start:
                return f"would start with: {self.facts(entry.would_start)}"
            case "not asked" if reasons:
                return f"because {reasons}"
            case "open":
                return f"hangs on: {self.facts(entry.missing)}"
            case _:
                return ""

    def facts(self, names: tuple[str, ...]) -> str:
        """Facts by name, each with its meaning."""
        return "; ".join(f"{name} ({as_clause(self.policy.facts[name].meaning)})" for name in names)
