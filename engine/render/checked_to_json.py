"""What came of checking documents as one JSON object."""

from __future__ import annotations

import json

from engine.render.changes.hint import hint_to_data
from engine.render.checked import Checked


def checked_to_json(checked: Checked) -> str:
    data: dict[str, object] = {
        "checked": [{"file": file, "kind": kind} for file, kind in checked.files],
        "errors": checked.errors,
        "warnings": checked.warnings,
        "diagnostics": [one.to_dict() for one in checked.found],
    }
    if checked.hints:
        data["behaviour"] = [hint_to_data(hint) for hint in checked.hints]
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"
