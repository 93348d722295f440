"""Notices: what each reader is written about a decision, by the texts of the pack. The only room that knows Jinja."""

from engine.notices.model import Block, Catalogue, Letter
from engine.notices.notices import NoNotices, Notices, check_notices, load_notices
from engine.notices.read import notice_files

__all__ = ["Block", "Catalogue", "Letter", "NoNotices", "Notices", "check_notices", "load_notices", "notice_files"]
