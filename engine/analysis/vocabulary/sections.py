"""What the kinds of words are called, and how a word of each kind is declared."""

from __future__ import annotations

from typing import Final

# By name, in the order of the page: the title, and how one more is declared. `{owed}` is what the pack calls that key.
SECTIONS: Final = {
    "facts": (
        "Facts",
        "Declared under `facts:` with type, meaning and question. One that old cases do not have needs `if_absent`. "
        "A fact has a dot in its name.",
    ),
    "names": (
        "Names",
        "Declared under `define:`: a formula, or a list of alternatives read from the top, each with `when` and `is`, "
        "the last with `else: true`.",
    ),
    "party_names": (
        "What each party gives",
        "A party declared under `parties:` with `submits` gives these names, in every scenario.",
    ),
    "record_names": ("What the record gives", "All materials together give these names."),
    "window_names": (
        "What each window gives",
        "A window is declared under `windows:`, and changed for one scenario there under the same name. A party's own "
        "period gives the same names.",
    ),
    "table_names": ("What each table gives", "Another table or window may ask a table for what it says."),
    "scenarios": (
        "Scenarios and groups",
        "A scenario is a block under `scenarios:`. A group of them is named under `groups:`; it stands after "
        "`scenario in`, or in `required_in:`.",
    ),
    "functions": (
        "Signs and functions",
        "These are all there are. Compare like with like: an instant with an instant, a value with one of its own.",
    ),
    "propositions": (
        "What can be proven",
        "Declared under `propositions:`. A new one goes into `may_prove:` of the parties that may prove it, too; a "
        "scenario says under `{owed}:` who owes it.",
    ),
    "parties": (
        "Parties",
        "Declared under `parties:`. One that submits has a fact of type `submissions` under `submits:`, and a period "
        "there or in scenarios.",
    ),
    "outcomes": (
        "What rules say",
        "Declared under `decision:`, each value with its meaning: add a value there, then the rules that say it. A "
        "formula for a value begins with `=`.",
    ),
    "general_rules": (
        "General rules",
        "Declared under `general_rules:`. One with a condition of its own is narrowed by `and_when`; one without gets "
        "its `when` or `else: true` where it is used.",
    ),
    "tables": (
        "Tables",
        "Declared under `tables:`, in the order in which they are read. With `per: scenario` the rules stand in each "
        "scenario under the table's name.",
    ),
    "deadlines": ("Deadlines", "Named by `deadline:` of a window; without it a window only gives names."),
    "rule_keys": (
        "Keys of a rule",
        "A rule is an item of a list: under `rules:` of a table, or under the table's name in a scenario. Besides "
        "these keys it has those of the decision.",
    ),
    "general_rule_keys": (
        "Keys of a general rule",
        "Under `general_rules:`. Besides these keys it has those of the decision.",
    ),
    "window_keys": (
        "Keys of a window",
        "Under `windows:`, or in a scenario under the window's name. A party's period has most of them, too.",
    ),
    "alternative_keys": ("Keys of an alternative period", "An item of a list under `within:`, read from the top."),
    "owed_keys": ("Keys of a piece of owed evidence", "An item of a party's list under `{owed}:` of a scenario."),
    "choice_keys": ("Keys of an alternative of a choice", "An item of a list under `define:`, read from the top."),
    "transition_keys": (
        "Keys of a transition rule",
        "An item of the list under `transition:`: which cases stay with an earlier version, though they are filed in "
        "the days of this one.",
    ),
    "clauses": (
        "Clauses",
        "Declared in `clauses.yaml`, in the order of the page. To add one: its id, `place`, `kind`, `gist`, and the "
        "`digest` and `length` of its sentence. In a scenario `.x` is the scenario's own clause x. "
        "What the page says once a version is in force stands under `amends:` of that version.",
    ),
    "readings": (
        "Readings",
        "Declared in `readings.yaml`: the question, the possible readings by letter, the one taken, and why. A version "
        "takes another one under `takes:`.",
    ),
}
KEYS_OF: Final = {
    "rule": "a rule",
    "general_rule": "a general rule",
    "window": "a window",
    "alternative": "an alternative",
    "owed": "owed evidence",
    "choice": "a choice",
    "transition": "a transition rule",
}
