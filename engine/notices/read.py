"""The notices of a pack, out of its folder: the readers, and one file for each language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from engine.diagnostics import InvalidDocument, Report
from engine.document import check, read_document
from engine.document.nodes import Mapping as MappingNode
from engine.document.nodes import Node, Scalar
from engine.document.read import declared, entries, flag, items, text, texts, under
from engine.notices.model import ALL, OTHERS, Catalogue, Key, Language, Reader, Text
from engine.policy.schemas import shipped
from engine.source import Place

FOLDER: Final = "notices"  # within a pack
READERS: Final = "readers.yaml"
LANGUAGE_FILE: Final = re.compile(r"([a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)\.yaml\Z")
ONE_NAME: Final = ("readers", "parties", "scenarios", "deadlines", "deadline_states", "propositions", "questions")
TWO_NAMES: Final = ("values", "reasons")  # the values of each field, the rules of each table


def notice_files(pack: Path) -> dict[str, Path]:
    """The files of a pack's notices: that of the readers first, then those of the languages by their codes."""
    folder = pack / FOLDER
    found = {match[1]: path for path in sorted(folder.glob("*.yaml")) if (match := LANGUAGE_FILE.match(path.name))}
    found.pop(READERS.removesuffix(".yaml"), None)
    readers = {"": folder / READERS} if (folder / READERS).exists() or found else {}
    return readers | found


def read_catalogue(pack: Path, report: Report) -> Catalogue | None:
    """The notices of a pack; None where it has none, or where they cannot be read and the report says why."""
    files = notice_files(pack)
    documents = {code: _document(path, "notices" if code else "readers", report) for code, path in files.items()}
    readers = documents.pop("", None)
    if readers is None:
        return None
    languages = {code: _language(code, node) for code, node in documents.items() if node is not None}
    found = {name: _reader(name, node, place) for name, node, place in declared(under(readers, "readers"))}
    return Catalogue(text(readers, "policy"), found, languages, readers)


def _document(path: Path, kind: str, report: Report) -> MappingNode | None:
    try:
        document = read_document(path)
    except InvalidDocument as problem:
        report.found.extend(problem.diagnostics)
        return None
    before = len(report.errors)
    check(document, shipped(kind), report)
    return document if isinstance(document, MappingNode) and len(report.errors) == before else None


def _reader(name: str, node: Node, place: Place) -> Reader:
    assert isinstance(node, MappingNode)
    return Reader(
        name=name,
        party=text(node, "party") or None,
        fields=_names(under(node, "fields")),
        hides={field: texts(values) for field, values in entries(under(node, "hides"))},
        reasons=_names(under(node, "reasons")),
        deadlines=_names(under(node, "deadlines")),
        facts=texts(under(node, "facts")),
        asked=_names(under(node, "asked")),
        handed_in=_names(under(node, "handed_in")),
        title=flag(node, "title"),
        node=node,
        place=place,
    )


def _names(node: Node | None) -> tuple[str, ...] | None:
    """The names of a list; None for the word that stands for all of them."""
    return None if isinstance(node, Scalar) and node.value == ALL else texts(node)


def _language(code: str, document: MappingNode) -> Language:
    moments, lists = under(document, "moments"), under(document, "lists")
    return Language(
        code=code,
        name=text(document, "name"),
        weekdays=texts(under(moments, "weekdays")),
        months=texts(under(moments, "months")),
        halves=texts(under(moments, "halves")),
        joints=(text(lists, "between"), text(lists, "before_last")),
        moment=_scalar(under(moments, "moment")),
        day=_scalar(under(moments, "day")),
        texts=dict(_texts(document)),
        parts={name: _scalar(node) for name, node in entries(under(document, "parts"))},
        letters={name: _scalar(node) for name, node in entries(under(document, "letters"))},
        document=document,
    )


def _scalar(node: Node | None) -> Scalar:
    assert isinstance(node, Scalar)
    return node


def _texts(document: MappingNode) -> Iterator[tuple[Key, Text]]:
    for section in ONE_NAME:
        for name, node, place in declared(under(document, section)):
            yield (section, name), _text(node, place)
    for section in TWO_NAMES:
        for group, below in entries(under(document, section)):
            for name, node, place in declared(below):
                yield (section, group, name), _text(node, place)


def _text(node: Node, place: Place) -> Text:
    if isinstance(node, Scalar):
        return Text({OTHERS: node}, place)
    return Text({reader: _scalar(text) for reader, text in entries(node)}, place)


def names_in(node: Node | None) -> Iterator[Scalar]:
    """The names that stand in a list, with their places."""
    yield from (item for item in items(node) if isinstance(item, Scalar) and item.value != ALL)
