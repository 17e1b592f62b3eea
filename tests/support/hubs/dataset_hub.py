"""A hub of datasets on this machine: what the libraries datasets and huggingface_hub ask of one, with faults."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote

COMMIT = "dada" * 10


@dataclass
class DatasetHub:
    """The server's state: files by repository; ``branches`` by name are one commit each."""

    repositories: dict[str, dict[str, bytes]] = field(default_factory=dict)
    cards: dict[str, dict[str, Any]] = field(default_factory=dict)
    gated: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    commit: str = COMMIT
    url: str = ""
    broken_after: int | None = None
    """Answer requests for files with 500 once so many were answered."""
    answered: int = 0

    def environment(self, home: Path) -> dict[str, str]:
        """What makes a child ask this hub, with a cache of its own."""
        return {
            "HF_ENDPOINT": self.url, "HF_HOME": str(home), "HF_HUB_OFFLINE": "0", "HF_HUB_DISABLE_TELEMETRY": "1",
            "HF_HUB_DISABLE_XET": "1",
        }  # fmt: skip


@contextmanager
def serving_datasets() -> Iterator[DatasetHub]:
    """A hub while inside."""
    hub = DatasetHub()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"hub": hub}))
    server.daemon_threads = True
    hub.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    hub: DatasetHub
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing on the screen."""

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers.get("Content-Length", "0"))))

    def _answer(self, body: bytes = b"") -> None:
        path = unquote(self.path.partition("?")[0])
        self.hub.asked.append(f"{self.command} {path} {self.headers.get('Range', '')}".strip())
        parts = path.strip("/").split("/")
        if parts[:2] == ["api", "datasets"] and len(parts) >= 4:
            self._api("/".join(parts[2:4]), parts[4:], body)
        elif parts[0] == "datasets" and len(parts) > 5 and parts[3] == "resolve":
            self._file("/".join(parts[1:3]), parts[4], "/".join(parts[5:]))
        else:
            self._send(404, b"{}")

    def _api(self, repo: str, rest: list[str], body: bytes) -> None:
        files = self.hub.repositories.get(repo)
        if files is None:
            self._send(401, b"{}", {"X-Error-Code": "RepoNotFound"})
        elif len(rest) > 1 and rest[1] not in (self.hub.commit, "main"):
            self._send(404, b"{}", {"X-Error-Code": "RevisionNotFound"})
        elif not rest or rest[0] == "revision":
            siblings = [{"rfilename": name} for name in files]
            gated = "manual" if repo in self.hub.gated else False
            self._json({
                "id": repo, "sha": self.hub.commit, "siblings": siblings, "gated": gated, "tags": [],
                "cardData": self.hub.cards.get(repo), "private": False, "disabled": False, "downloads": 0, "likes": 0,
            })  # fmt: skip
        elif rest[0] == "tree":
            self._json(_entries(files, "/".join(rest[2:]), "recursive=true" in self.path.lower()))
        elif rest[0] == "paths-info":
            wanted = json.loads(body)["paths"] if body.startswith(b"{") else _form(body)
            known = [entry for path in wanted for entry in _entries(files, "", True) if entry["path"] == path]
            self._json(known)
        else:
            self._send(404, b"{}")

    def _file(self, repo: str, revision: str, name: str) -> None:
        data = self.hub.repositories.get(repo, {}).get(name)
        self.hub.answered += 1
        if repo in self.hub.gated:
            self._send(403, b"", {"X-Error-Code": "GatedRepo"})
        elif self.hub.broken_after is not None and self.hub.answered > self.hub.broken_after:
            self._send(500, b"broken")
        elif data is None:
            self._send(404, b"", {"X-Error-Code": "EntryNotFound"})
        else:
            self._body(data)

    def _body(self, data: bytes) -> None:
        head = {"X-Repo-Commit": self.hub.commit, "ETag": f'"{_oid(data)}"', "Accept-Ranges": "bytes"}
        wanted = self.headers.get("Range")
        if not wanted:
            self._send(200, data, head)
            return
        first, _, last = wanted.removeprefix("bytes=").partition("-")
        start, end = int(first), min(int(last or len(data) - 1), len(data) - 1)
        self._send(206, data[start : end + 1], {**head, "Content-Range": f"bytes {start}-{end}/{len(data)}"})

    def _json(self, value: Any) -> None:
        self._send(200, json.dumps(value).encode(), {"Content-Type": "application/json"})

    def _send(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


def _oid(data: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()


def _entries(files: dict[str, bytes], folder: str, recursive: bool) -> list[dict[str, Any]]:
    """Files and folders below a folder, as the hub's tree has them."""
    below = f"{folder}/" if folder else ""
    found: dict[str, dict[str, Any]] = {}
    for name, data in files.items():
        if not name.startswith(below):
            continue
        rest = name.removeprefix(below).split("/")
        for depth in range(1, len(rest)):
            path = below + "/".join(rest[:depth])
            if depth == 1 or recursive:
                found[path] = {"type": "directory", "path": path, "oid": "0" * 40, "size": 0}
        if len(rest) == 1 or recursive:
            found[name] = {"type": "file", "path": name, "oid": _oid(data), "size": len(data)}
    return list(found.values())


def _form(body: bytes) -> list[str]:
    pairs = (part.partition("=") for part in body.decode().split("&"))
    return [unquote(value.replace("+", " ")) for key, _, value in pairs if key == "paths"]
