"""The words in which decisions under a row are told: plain data that is made once, so that telling needs no policy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class FieldWords(NamedTuple):
    """A field of the decision: its outward name, what it speaks of, its values with their meanings, and the value that
    says nothing."""

    written_as: str
    of: str
    values: Mapping[str, str]
    otherwise: str


class FactWords(NamedTuple):
    """A fact: what it means, how it is asked for, and what an answer looks like."""

    meaning: str
    question: str
    answer: str


class RuleWords(NamedTuple):
    """A rule: what it is called, and its condition; empty where it always holds."""

    name: str
    condition: str


class TableWords(NamedTuple):
    title: str
    rules: Mapping[str, RuleWords]


class Wording(NamedTuple):
    """Everything that a page about a decision says in the words of the policy. `fields` are those beside `standing`,
    which says where the case stands; `windows` are the periods in which a party may submit; `clauses` gives the gists,
    `readings` the titles with the answers taken."""

    standing: FieldWords
    fields: tuple[FieldWords, ...]
    rows: Mapping[str, str]
    parties: Mapping[str, str]
    propositions: Mapping[str, str]
    facts: Mapping[str, FactWords]
    windows: Mapping[str, frozenset[str]]
    tables: Mapping[str, TableWords]
    clauses: Mapping[str, str]
    readings: Mapping[int, str]
