"""The columns of a table of cases, and those of a table of decisions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from engine.diagnostics import did_you_mean, quoted
from engine.policy.model import Fact, FactKind, Policy

if TYPE_CHECKING:
    from engine.pack import Pack, Version

AT_ONCE: Final = 393_216  # rows that are decided at once: a batch has its cost, whatever is in it
SCENARIO: Final = "scenario"
AS_OF: Final = "as_of"
SAID: Final = ".said"  # behind the name of a fact: the column that says `null` or `unknown` where that is meant

INSTANT: Final = pa.timestamp("us", "UTC")
TEXTS: Final = pa.list_(pa.string())
DECIMAL: Final = pa.decimal128(28, 9)
SUBMISSION: Final = pa.struct([("submitted_at", INSTANT), ("proves", TEXTS), ("authentic", pa.bool_())])
WORD: Final = pa.dictionary(pa.int32(), pa.string())  # of a decision, which says few words again and again
WORDS: Final = pa.list_(WORD)
DEADLINE: Final = pa.struct(
    [
        ("name", WORD),
        ("window", WORD),
        ("party", WORD),
        ("at", INSTANT),
        ("state", WORD),
        ("passed", pa.bool_()),
    ]
)
TYPES: Final[Mapping[FactKind, pa.DataType]] = {
    "bool": pa.bool_(),
    "enum": pa.string(),
    "text": pa.string(),
    "zone": pa.string(),
    "integer": pa.int64(),
    "decimal": DECIMAL,
    "date": pa.date32(),
    "instant": INSTANT,
    "event": INSTANT,
    "propositions": TEXTS,
    "submissions": pa.list_(SUBMISSION),
}
BEFORE: Final = (("version", WORD), (SCENARIO, WORD), (AS_OF, INSTANT), ("determined", pa.bool_()))
BEHIND: Final = (
    ("missing_facts", WORDS),
    ("unassessed", WORDS),
    ("deadlines", pa.list_(DEADLINE)),
    ("reasons", WORDS),
    ("error", pa.string()),
)


def input_schema(version: Version | Pack) -> pa.Schema:
    """The columns of a table of cases for a version, or for all that may govern a case of a pack: the scenario, the
    moment (which may be left out), and one column for each fact; not the companion columns (`group.key.said`)."""
    head = [pa.field(SCENARIO, pa.string()), pa.field(AS_OF, INSTANT)]
    facts = facts_of(one.policy for one in _versions(version))
    return pa.schema([*head, *(pa.field(name, TYPES[found[0].kind]) for name, found in facts.items())])


def output_schema(
    version: Version | Pack, kept: Iterable[pa.Field] = (), only: Sequence[str] | None = None
) -> pa.Schema:
    """The columns of a table of decisions, with these kept from the table of cases. For a pack: those of all
    versions that may govern a case, together. `only` names those that there are, in this order; it raises ValueError
    with all names that are no columns of a decision."""
    return decisions_schema([one.policy for one in _versions(version)], kept, only)


def _versions(version: Version | Pack) -> list[Version]:
    from engine.pack import Version

    return [version] if isinstance(version, Version) else governing_versions(version)


def governing_versions(pack: Pack) -> list[Version]:
    """The versions that may govern a case; all of them, where none is published."""
    names = dict.fromkeys(one.version for one in pack.ledger.tenures if one.version in pack.versions)
    return [pack.versions[name] for name in names or pack.versions]


def decisions_schema(
    policies: Iterable[Policy], kept: Iterable[pa.Field] = (), only: Sequence[str] | None = None
) -> pa.Schema:
    """The columns of decisions, behind those that were kept; with `only`, these of them in this order. Raises
    ValueError with all names that are none of them."""
    fields = {name: WORDS if many else WORD for name, many in outward_fields(policies).items()}
    columns: dict[str, pa.DataType] = dict((*BEFORE, *fields.items(), *BEHIND))
    if only is not None:
        wrong = [f"no such column of a decision: {quoted(name)}{_near(name, columns)}" for name in dict.fromkeys(only)
                 if name not in columns]  # fmt: skip
        if wrong:
            raise ValueError("; ".join(wrong))
        columns = {name: columns[name] for name in dict.fromkeys(only)}
    return pa.schema([*kept, *(pa.field(*one) for one in columns.items())])


def plain(type_: pa.DataType) -> pa.DataType:
    """A type without dictionaries in it: that of the same values, written out."""
    if pa.types.is_dictionary(type_):
        return type_.value_type
    if pa.types.is_list(type_):
        return pa.list_(plain(type_.value_type))
    if pa.types.is_struct(type_):
        return pa.struct([pa.field(own.name, plain(own.type), own.nullable) for own in type_])
    return type_


def plain_schema(schema: pa.Schema) -> pa.Schema:
    """The same columns without dictionaries."""
    return pa.schema([pa.field(own.name, plain(own.type), own.nullable) for own in schema])


def _near(name: str, columns: Iterable[str]) -> str:
    hint = did_you_mean(name, columns) or f"columns: {', '.join(columns)}"
    return f" ({hint})"


def outward_fields(policies: Iterable[Policy]) -> dict[str, bool]:
    """The fields of the decision by their outward names, and whether each is a list; a list in one version is one in
    all of them."""
    found: dict[str, bool] = {}
    for policy in policies:
        for field in policy.fields.values():
            found[field.written_as] = found.get(field.written_as, False) or field.many
    return found


def facts_of(policies: Iterable[Policy]) -> dict[str, list[Fact]]:
    """Every fact of these versions, as each of them declares it."""
    found: dict[str, list[Fact]] = {}
    for policy in policies:
        for name, fact in policy.facts.items():
            found.setdefault(name, []).append(fact)
    return found
