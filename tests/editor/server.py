"""The YAML language server that editors run, spoken to over its own protocol: what an author sees in a document.

The server is installed once by npm into a cache folder outside the checkout, in the version that `package.json` names.
"""

from __future__ import annotations

import json
import os
import queue
import shutil
import subprocess
import tempfile
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

PACKAGE = Path(__file__).with_name("package.json")
WAIT = 60  # seconds; a guard against a server that hangs, far above what an answer takes
SETTINGS = {
    "yaml": {
        "validate": True,
        "hover": True,
        "completion": True,
        "schemaStore": {"enable": False},
        "kubernetesCRDStore": {"enable": False},
        "hoverSchemaSource": False,
    }
}


def cache() -> Path:
    """Where the server is kept: one folder for each version."""
    version = json.loads(PACKAGE.read_text(encoding="utf-8"))["dependencies"]["yaml-language-server"]
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "aftersale" / f"yaml-language-server-{version}"


def installed() -> Path | str:
    """The script of the server, installed if need be; or why there is none."""
    script = cache() / "node_modules/yaml-language-server/bin/yaml-language-server"
    if shutil.which("node") is None:
        return "Node is not installed"
    if script.exists():
        return script
    npm = shutil.which("npm")
    if npm is None:
        return "npm is not installed"
    cache().parent.mkdir(parents=True, exist_ok=True)
    fresh = tempfile.mkdtemp(dir=cache().parent)
    try:
        shutil.copy(PACKAGE, fresh)
        command = [npm, "install", "--ignore-scripts", "--no-package-lock", "--no-audit", "--no-fund", "--silent"]
        try:
            done = subprocess.run(command, cwd=fresh, capture_output=True, text=True, timeout=300, check=False)
        except subprocess.TimeoutExpired:
            return "npm could not install the language server in five minutes"
        if done.returncode:
            return f"npm cannot install the language server: {done.stderr.strip()[-300:]}"
        try:
            os.rename(fresh, cache())
        except OSError:
            assert script.exists(), "another process installed it at the same time"
        return script
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


@dataclass
class Server:
    """A running server. Lines and columns count from 1, as in our own messages."""

    script: Path
    root: Path
    _replies: dict[int, queue.Queue[Any]] = field(default_factory=dict)
    _published: dict[str, queue.Queue[Any]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _number: int = 0
    _shown: dict[str, str] = field(default_factory=dict)
    _found: dict[str, Any] = field(default_factory=dict)

    def __enter__(self) -> Server:
        self._process = subprocess.Popen(
            ["node", str(self.script), "--stdio"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=self.root,
        )
        threading.Thread(target=self._listen, daemon=True).start()
        plain = {"documentationFormat": ["markdown", "plaintext"], "snippetSupport": True}
        self._ask(
            "initialize",
            {
                "processId": os.getpid(),
                "rootUri": self.root.as_uri(),
                "workspaceFolders": [{"uri": self.root.as_uri(), "name": "pack"}],
                "capabilities": {
                    "workspace": {"configuration": True, "workspaceFolders": True},
                    "textDocument": {
                        "completion": {"completionItem": plain, "contextSupport": True},
                        "hover": {"contentFormat": ["markdown"]},
                        "publishDiagnostics": {"relatedInformation": True},
                    },
                },
            },
        )
        self._tell("initialized", {})
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self._ask("shutdown", None)
            self._tell("exit", None)
            self._process.wait(timeout=5)
        except Exception:
            self._process.kill()
        for stream in (self._process.stdin, self._process.stdout):
            assert stream is not None
            stream.close()

    # ------------------------------------------------------------------------------------------- what an author sees

    def diagnostics(self, file: Path, text: str | None = None) -> list[dict[str, Any]]:
        """What is underlined in a file: `message`, `line`, `column`, `end`, and the words underlined."""
        text = self._show(file, text)
        found = self._found[file.as_uri()]
        lines = text.split("\n")
        shown = []
        for one in found:
            start, end = one["range"]["start"], one["range"]["end"]
            words = lines[start["line"]][
                start["character"] : end["character"] if end["line"] == start["line"] else None
            ]
            shown.append(
                {"message": one["message"], "line": start["line"] + 1, "column": start["character"] + 1, "words": words}
            )
        return shown

    def completions(self, file: Path, text: str, line: int, column: int) -> dict[str, dict[str, Any]]:
        """What is offered at a place, by its label."""
        self._show(file, text)
        found = self._ask("textDocument/completion", self._at(file, line, column))
        items = found["items"] if isinstance(found, dict) else found or []
        return {item["label"]: item for item in items}

    def hover(self, file: Path, text: str | None, line: int, column: int) -> str:
        """The help over a place, as Markdown; empty for none."""
        self._show(file, text)
        found = self._ask("textDocument/hover", self._at(file, line, column))
        return found["contents"]["value"] if found else ""

    # ------------------------------------------------------------------------------------------------- the protocol

    def _at(self, file: Path, line: int, column: int) -> dict[str, Any]:
        return {
            "textDocument": {"uri": file.as_uri()},
            "position": {"line": line - 1, "character": column - 1},
        }

    def _show(self, file: Path, text: str | None) -> str:
        """Open a file, or put another text in it, and wait until the server has looked at it."""
        uri = file.as_uri()
        text = file.read_text(encoding="utf-8") if text is None else text
        if self._shown.get(uri) == text:
            return text
        waiting = self._published[uri] = queue.Queue()
        if uri not in self._shown:
            document = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
            self._tell("textDocument/didOpen", {"textDocument": document})
        else:
            self._number += 1
            change = {"textDocument": {"uri": uri, "version": self._number}, "contentChanges": [{"text": text}]}
            self._tell("textDocument/didChange", change)
        self._shown[uri] = text
        self._found[uri] = waiting.get(timeout=WAIT)
        return text

    def _ask(self, method: str, params: Any) -> Any:
        self._number += 1
        number = self._number
        waiting = self._replies[number] = queue.Queue()
        self._send({"jsonrpc": "2.0", "id": number, "method": method, "params": params})
        reply = waiting.get(timeout=WAIT)
        assert "error" not in reply, reply
        return reply.get("result")

    def _tell(self, method: str, params: Any) -> None:
        self._send({"jsonrpc": "2.0", "method": method, "params": params})

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps(message).encode()
        stream = self._process.stdin
        assert stream is not None
        with self._lock:
            stream.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
            stream.flush()

    def _listen(self) -> None:
        stream = self._process.stdout
        assert stream is not None
        while (message := _read(stream)) is not None:
            if "method" not in message:
                self._replies.pop(message["id"]).put(message)
            elif "id" in message:
                self._send({"jsonrpc": "2.0", "id": message["id"], "result": _answer(message)})
            elif message["method"] == "textDocument/publishDiagnostics":
                waiting = self._published.get(message["params"]["uri"])
                if waiting is not None:
                    waiting.put(message["params"]["diagnostics"])


def _answer(message: dict[str, Any]) -> Any:
    """What an editor answers when the server asks for the settings."""
    if message["method"] != "workspace/configuration":
        return None
    return [SETTINGS.get(item.get("section", ""), {}) for item in message["params"]["items"]]


def _read(stream: IO[bytes]) -> Any:
    length = 0
    while (line := stream.readline()) not in (b"\r\n", b""):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    return json.loads(stream.read(length)) if line and length else None
