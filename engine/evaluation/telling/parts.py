"""What reads parts of windows and parties in generated tellings, and asks tables: short enough to stand in place."""

from __future__ import annotations

from engine.backends.compiled.writing import tuple_of
from engine.evaluation.telling.memory import NOT_ASKED
from engine.link.program import (
    Constant,
    FactName,
    Meaning,
    PartyPart,
    PartyRecord,
    Program,
    Table,
    TablePart,
    Window,
    WindowPart,
)


def in_place(program: Program, meaning: Meaning) -> str | None:
    """What reads a meaning where it stands; None for what is worked out once, and for constants."""
    match meaning:
        case FactName(fact):
            return f"F[{fact!r}]"
        case WindowPart(window, part):
            return of_window(program, window, part)
        case PartyPart(record, "submitted" | "late" as part):
            return f"V['party {record.party}'].{part}"
        case PartyPart(record, "silent"):
            party = f"V['party {record.party}']"
            return f"({party}.involved and not {party}.submitted)"
        case TablePart(table, ""):
            return f"(O[{table.name!r}] >= 0)" if table.hit == "first" else f"bool(O[{table.name!r}])"
        case _:
            return None


def is_kept(program: Program, meaning: Meaning) -> bool:
    """Whether a meaning is worked out once, and kept."""
    return not isinstance(meaning, Constant) and in_place(program, meaning) is None


# ---------------------------------------------------------------------------------------------------------- windows


def is_plain(window: Window) -> bool:
    """Whether a window has one way to end, which always holds."""
    return len(window.spans) == 1 and window.spans[0].when is None


def of_window(program: Program, window: Window, part: str) -> str:
    """What reads a part of a window."""
    own = program.record_of.get(window.name)
    match part:
        case "starts" | "ends":
            return f"V['window {window.name}'][{1 if part == 'starts' else 2}]"
        case "running":
            return f"running(F.as_of, V['window {window.name}'], {window.only_ends})"
        case "ended":
            return f"ended(F.as_of, V['window {window.name}'])"
        case "met" if own is not None:
            return f"V['party {own.party}'].submitted"
        case "met":
            return "False" if window.met_by is None else f"V['met {window.name}']"
        case "paused":
            return "False" if window.paused_by is None else f"V['paused {window.name}']"
        case _:
            still = ", ".join(of_window(program, window, one) for one in ("met", "paused"))
            return f"({of_window(program, window, 'ended')} and not any(({still})))"


# ----------------------------------------------------------------------------------------------------------- tables


def is_asked(table: Table) -> str:
    """Whether a table is asked."""
    return f"O[{table.name!r}] != {NOT_ASKED}" if table.hit == "first" else f"O[{table.name!r}] is not None"


def some_hold(table: Table, numbers: list[int], read: str = "O[{!r}]") -> str:
    """Whether some of these rules of a table hold. `read` is how the table is asked."""
    asked = read.format(table.name)
    return f"{asked} in {tuple_of(map(str, numbers))}" if table.hit == "first" else f"hold_any({asked}, {numbers!r})"


def dropped(program: Program, record: PartyRecord, read: str = "O[{!r}]") -> str:
    """Whether a rule that holds says that what a party owes no longer matters."""
    found = []
    for table in program.tables.values():
        numbers = [number for number, rule in enumerate(table.rules) if record.party in rule.not_owed_by]
        if numbers:
            found.append(some_hold(table, numbers, read))
    return " or ".join(found) or "False"
