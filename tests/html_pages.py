"""HTML pages looked at: their outline, and what a browser makes of them."""

from __future__ import annotations

import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--enable-logging=stderr",
)  # fmt: skip


def dumped(page: str, folder: Path, width: int) -> tuple[str, str]:
    """The page as a browser has it after its scripts ran, and what the browser said meanwhile."""
    assert BROWSER is not None
    file = folder / "page.html"
    file.write_text(page, encoding="utf-8")
    command = [BROWSER, *FLAGS, f"--user-data-dir={folder / 'profile'}", f"--window-size={width},1000", "--dump-dom"]
    result = subprocess.run([*command, file.as_uri()], capture_output=True, text=True, timeout=120, check=True)
    return result.stdout, result.stderr


class Outline(HTMLParser):
    """The elements of a page: its ids, its links, whether every element is closed, and what stands inside each id."""

    VOID = frozenset({"meta", "br", "wbr", "link", "img", "hr"})

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.ids: list[str] = []
        self.links: list[str] = []
        self.titles: list[str] = []
        self.tags: list[str] = []
        self.headings: list[int] = []
        self.texts: list[str] = []
        self.inside: dict[str, list[str]] = {}
        self.words: dict[str, list[str]] = {}
        self._open: list[str] = []
        self._named: list[str] = []
        self.feed(page)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append(tag)
        self.ids += [given["id"] or ""] if "id" in given else []
        self.links += [given["href"] or ""] if "href" in given else []
        self.titles += [given["title"] or ""] if "title" in given else []
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        for name in self._named:
            self.inside[name] += [given["href"] or ""] if name and "href" in given else []
        if tag not in self.VOID:
            self._open.append(tag)
            self._named.append(given.get("id") or "")
            self.inside.setdefault(self._named[-1], [])
            self.words.setdefault(self._named[-1], [])

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in self.VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag
        self._named.pop()

    def handle_data(self, data: str) -> None:
        self.texts.append(data)
        for name in self._named:
            self.words[name].append(data)

    def text(self, name: str) -> str:
        """The text inside the element of an id, its white space folded."""
        return " ".join("".join(self.words[name]).split())
