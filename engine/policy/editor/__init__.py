"""The schemas that editors read: those that check, with the help that an author wants while writing.

They say what every name means where it is offered, what a formula can begin with, and which clauses and readings
there are. What they refuse, `validate` refuses as well; it also refuses what no schema can see.
"""

from __future__ import annotations

from engine.policy.editor.files import FOLDER, OF_A_VERSION, schema_files, schema_of, written

__all__ = ["FOLDER", "OF_A_VERSION", "schema_files", "schema_of", "written"]
