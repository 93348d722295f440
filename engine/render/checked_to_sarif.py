"""What came of checking documents as a log of SARIF 2.1.0 (OASIS), which code hosts and editors show."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from pathlib import Path, PurePath
from typing import Any, Final
from urllib.parse import quote

from engine.diagnostics import Diagnostic
from engine.render.checked import Checked
from engine.render.diagnostic_pages import DiagnosticPage, diagnostic_pages
from engine.resources import ENGINE_VERSION
from engine.source import Place

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
FINGERPRINT: Final = "aftersale/v1"

Data = dict[str, Any]


def checked_to_sarif(checked: Checked) -> str:
    pages = diagnostic_pages()
    codes = list(dict.fromkeys(one.code for one in checked.found))
    levels = {one.code: one.severity for one in checked.found}
    seen: Counter[str] = Counter()
    run = {
        "tool": {
            "driver": {
                "name": "aftersale",
                "version": ENGINE_VERSION,
                "semanticVersion": ENGINE_VERSION,
                "rules": [_rule(code, levels[code], pages.get(code)) for code in codes],
            }
        },
        "columnKind": "unicodeCodePoints",
        "artifacts": [{"location": {"uri": uri(file)}} for file, _ in checked.files],
        "results": [_result(one, codes.index(one.code), seen) for one in checked.found],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2) + "\n"


def uri(name: str) -> str:
    """The name of a file as a URI: relative as it was given, or absolute."""
    path = PurePath(name)
    return Path(name).as_uri() if path.is_absolute() else quote(path.as_posix())


def _rule(code: str, level: str, page: DiagnosticPage | None) -> Data:
    rule: Data = {"id": code, "defaultConfiguration": {"level": level}}
    if page is not None:
        rule["shortDescription"] = {"text": page.summary}
        rule["help"] = {"text": page.text, "markdown": page.markdown}
    return rule


def _result(one: Diagnostic, index: int, seen: Counter[str]) -> Data:
    result: Data = {
        "ruleId": one.code,
        "ruleIndex": index,
        "level": one.severity,
        "message": {"text": one.message + (f"\n{one.help}" if one.help else "")},
        "partialFingerprints": {FINGERPRINT: _fingerprint(one, seen)},
    }
    if one.place is not None:
        result["locations"] = [{"physicalLocation": _location(one.place)}]
    related = [
        {"id": number, "message": {"text": text}, "physicalLocation": _location(place)}
        for number, (text, place) in enumerate(one.related, 1)
    ]
    return result | ({"relatedLocations": related} if related else {})


def _location(place: Place) -> Data:
    start, end = (max(place.line, 1), max(place.column, 1)), (place.end_line, max(place.end_column, 1))
    start_line, start_column = start
    end_line, end_column = max(start, end)
    region = {"startLine": start_line, "startColumn": start_column, "endLine": end_line, "endColumn": end_column}
    return {"artifactLocation": {"uri": uri(place.source.name)}, "region": region}


def _fingerprint(one: Diagnostic, seen: Counter[str]) -> str:
    """The same as long as the code, the file and the text of the line are, wherever that line has moved to."""
    place = one.place
    parts = [one.code, place.source.name, place.source.line(place.line).strip()] if place else [one.code, one.message]
    digest = hashlib.sha256("\0".join(parts).encode("utf-8", "backslashreplace")).hexdigest()[:32]
    seen[digest] += 1
    return f"{digest}:{seen[digest]}"
