"""A hub on this machine: an HTTP server that speaks what huggingface_hub's client asks, with faults to switch on.

Small files are served where they are asked for, weights from another host behind a redirect, with their SHA-256 as
etag, as the real hub does it.
"""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

TOKEN = "hf_" + "t" * 34
PIECE = 1 << 16


@dataclass
class Repository:
    """One model: its files, and what its branches are."""

    files: dict[str, bytes]
    branches: dict[str, str]
    gated: bool = False

    @property
    def commits(self) -> set[str]:
        return set(self.branches.values())

    def sha256(self, name: str) -> str:
        return hashlib.sha256(self.files[name]).hexdigest()


@dataclass
class Hub:
    """The server's state. Faults may be changed while it runs."""

    repositories: dict[str, Repository] = field(default_factory=dict)
    asked: list[tuple[str, str, str | None]] = field(default_factory=list)
    """Method, path and Range of every request."""
    error: int | None = None
    """Answer everything with this status."""
    seconds_a_piece: float = 0.0
    cut_after: int | None = None
    """Close the connection after so many bytes of weights."""
    ignores_range: bool = False
    damages: bool = False
    """Send other bytes than the hash says."""
    url: str = ""
    storage: str = ""
    """The same server under another host's name, as the real hub's storage is elsewhere."""
    leaked: bool = False
    """Whether the storage was ever shown a token."""

    def add(self, repo: str, files: dict[str, bytes] | Path, commit: str = "c0ffee" + "0" * 34) -> Repository:
        """Publish a folder or files as ``repo``, main at ``commit``."""
        if isinstance(files, Path):
            files = {str(f.relative_to(files)): f.read_bytes() for f in sorted(files.rglob("*")) if f.is_file()}
        made = Repository(dict(files), {"main": commit})
        self.repositories[repo] = made
        return made

    def fetched(self, ending: str) -> list[str | None]:
        """The Range headers of the GETs of bodies whose path ends so."""
        return [asked for method, path, asked in self.asked if method == "GET" and path.endswith(ending)]

    def environment(self, home: Path) -> dict[str, str]:
        """What makes a child's client ask this hub, with a cache and a token of its own."""
        return {"HF_ENDPOINT": self.url, "HF_HOME": str(home), "HF_HUB_OFFLINE": "0", "HF_HUB_DISABLE_TELEMETRY": "1"}


@contextmanager
def serving() -> Iterator[Hub]:
    """A hub while inside."""
    hub = Hub()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"hub": hub}))
    server.daemon_threads = True
    hub.url, hub.storage = (f"http://{host}:{server.server_address[1]}" for host in ("127.0.0.1", "localhost"))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    hub: Hub
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing on the screen."""

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def _answer(self) -> None:
        path = self.path.partition("?")[0]
        self.hub.asked.append((self.command, path, self.headers.get("Range")))
        if self.hub.error is not None:
            self._send(self.hub.error, b"broken")
        elif path == "/api/whoami-v2":
            self._who()
        elif path.startswith("/api/models/"):
            self._model(path.removeprefix("/api/models/"))
        elif "/resolve/" in path:
            self._resolve(path)
        elif path.startswith("/storage/"):
            self._weights(path)
        else:
            self._send(404, b"")

    def _token(self) -> str | None:
        given = self.headers.get("Authorization")
        return None if given is None else given.removeprefix("Bearer ")

    def _wrong_token(self) -> bool:
        if self._token() in (None, TOKEN):
            return False
        self._send(401, b"{}", {"X-Error-Message": "Invalid credentials in Authorization header"})
        return True

    def _who(self) -> None:
        if self._token() != TOKEN:
            self._send(401, b"{}", {"X-Error-Message": "Invalid credentials in Authorization header"})
            return
        access = {"accessToken": {"displayName": "tests", "role": "read"}}
        self._send_json({"type": "user", "name": "somebody", "auth": {"type": "access_token", **access}})

    def _model(self, rest: str) -> None:
        repo, _, revision = rest.partition("/revision/")
        found = self.hub.repositories.get(repo)
        if self._wrong_token():
            return
        if found is None:
            self._send(401 if self._token() is None else 404, b"{}", {"X-Error-Code": "RepoNotFound"})
            return
        commit = self._commit(found, revision or "main")
        if commit is None:
            self._send(404, b"{}", {"X-Error-Code": "RevisionNotFound"})
            return
        siblings = [{"rfilename": name, "size": len(data), "blobId": "0" * 40} for name, data in found.files.items()]
        gated = "manual" if found.gated else False
        self._send_json({"id": repo, "modelId": repo, "sha": commit, "siblings": siblings, "gated": gated, "tags": []})

    def _commit(self, found: Repository, revision: str) -> str | None:
        return revision if revision in found.commits else found.branches.get(revision.replace("%2F", "/"))

    def _resolve(self, path: str) -> None:
        repo, _, rest = path.removeprefix("/").partition("/resolve/")
        revision, _, name = rest.partition("/")
        found = self.hub.repositories.get(repo)
        if self._wrong_token():
            return
        if found is None:
            self._send(404, b"", {"X-Error-Code": "RepoNotFound"})
        elif found.gated and self._token() is None:
            self._send(401, b"", {"X-Error-Code": "GatedRepo"})
        elif self._commit(found, revision) is None:
            self._send(404, b"", {"X-Error-Code": "RevisionNotFound"})
        elif name not in found.files:
            self._send(404, b"", {"X-Error-Code": "EntryNotFound", "X-Repo-Commit": revision})
        else:
            self._file(repo, found, self._commit(found, revision) or "", name)

    def _file(self, repo: str, found: Repository, commit: str, name: str) -> None:
        data = found.files[name]
        head = {"X-Repo-Commit": commit}
        if name.endswith(".safetensors"):
            linked = {"X-Linked-Etag": f'"{found.sha256(name)}"', "X-Linked-Size": str(len(data))}
            self._send(302, b"", {**head, **linked, "Location": f"{self.hub.storage}/storage/{repo}/{name}"})
        else:
            git = hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()
            self._send(200, data, {**head, "ETag": f'"{git}"'})

    def _weights(self, path: str) -> None:
        self.hub.leaked |= self._token() is not None
        owner, model, name = path.removeprefix("/storage/").split("/", 2)
        data = self.hub.repositories[f"{owner}/{model}"].files[name]
        start, wanted = 0, self.headers.get("Range")
        if wanted and not self.hub.ignores_range:
            start = int(wanted.removeprefix("bytes=").partition("-")[0])
        body = data[start:]
        if self.hub.damages:
            body = bytes([body[0] ^ 1]) + body[1:]
        head = {"Content-Range": f"bytes {start}-{len(data) - 1}/{len(data)}"} if start else {}
        self._begin(206 if start else 200, len(body), head)
        for place in range(0, len(body), PIECE):
            if self.hub.cut_after is not None and start + place >= self.hub.cut_after:
                self.close_connection = True
                return
            time.sleep(self.hub.seconds_a_piece)
            try:
                self.wfile.write(body[place : place + PIECE])
            except OSError:  # the client went away
                self.close_connection = True
                return

    def _send_json(self, value: Any) -> None:
        self._send(200, json.dumps(value).encode(), {"Content-Type": "application/json"})

    def _send(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self._begin(status, len(body), headers or {})
        if self.command != "HEAD":
            self.wfile.write(body)

    def _begin(self, status: int, length: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(length))
        self.end_headers()
