"""Aftersale: after-sale disputes decided by a written policy that is data.

from engine import load_pack

pack = load_pack()
decision = pack.decide(case, as_of="2025-06-13T00:00:00-04:00")
"""

from engine.case.model import Case, Submission
from engine.decision import Deadline, Decision, Reason
from engine.diagnostics import Diagnostic, InvalidDocument
from engine.pack import Pack, Version, load_pack
from engine.resources import ENGINE_VERSION as __version__

__all__ = [
    "Case",
    "Deadline",
    "Decision",
    "Diagnostic",
    "InvalidDocument",
    "Pack",
    "Reason",
    "Submission",
    "Version",
    "__version__",
    "load_pack",
]
