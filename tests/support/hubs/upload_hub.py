"""A hub on this machine that takes models: an HTTP server that speaks what huggingface_hub's client asks to push."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TOKEN = "hf_" + "w" * 34


@dataclass
class TakingHub:
    """What came in, and faults to switch on."""

    url: str = ""
    repositories: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By name: what was asked for when it was made."""
    files: dict[str, dict[str, bytes]] = field(default_factory=dict)
    """By repository and path."""
    large: dict[str, bytes] = field(default_factory=dict)
    """By SHA-256."""
    messages: list[str] = field(default_factory=list)
    refuse: tuple[str, int] | None = None
    """Part of a path, and the status that it is answered with."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    hub: TakingHub

    def do_POST(self) -> None:
        body = self._body()
        if not self._allowed():
            return
        path = self.path.split("?")[0]
        if path == "/api/repos/create":
            self._create(json.loads(body))
        elif path == "/api/validate-yaml":
            self._answer(200, {"errors": [], "warnings": []})
        elif "/preupload/" in path:
            asked = json.loads(body)["files"]
            modes = [(file["path"], "lfs" if file["path"].endswith(".safetensors") else "regular") for file in asked]
            found = [{"path": name, "uploadMode": mode, "shouldIgnore": False} for name, mode in modes]
            self._answer(200, {"files": found})
        elif path.endswith("/info/lfs/objects/batch"):
            objects = json.loads(body)["objects"]
            found = [
                {**one, "actions": {"upload": {"href": f"{self.hub.url}/storage/{one['oid']}"}}} for one in objects
            ]
            self._answer(200, {"transfer": "basic", "objects": found})
        elif "/commit/" in path:
            self._commit(path.split("/commit/")[0].removeprefix("/api/models/"), body)
        else:
            self._answer(404, {"error": path})

    def do_PUT(self) -> None:
        self.hub.large[self.path.rpartition("/")[2]] = self._body()
        self._answer(200, {})

    def _create(self, asked: dict[str, Any]) -> None:
        name = f"{asked.get('organization', 'me')}/{asked['name']}"
        if name in self.hub.repositories:
            self._answer(409, {"error": "You already created this model repo", "url": f"{self.hub.url}/{name}"})
        else:
            self.hub.repositories[name] = asked
            self._answer(200, {"url": f"{self.hub.url}/{name}"})

    def _commit(self, repo: str, body: bytes) -> None:
        if repo not in self.hub.repositories:
            self._answer(404, {"error": "Repository not found"}, {"X-Error-Code": "RepoNotFound"})
            return
        kept = self.hub.files.setdefault(repo, {})
        for line in body.decode().splitlines():
            entry = json.loads(line)
            value = entry["value"]
            if entry["key"] == "header":
                self.hub.messages.append(value["summary"])
            elif entry["key"] == "file":
                kept[value["path"]] = base64.b64decode(value["content"])
            elif entry["key"] == "lfsFile":
                kept[value["path"]] = self.hub.large[value["oid"]]
        address = f"{self.hub.url}/{repo}/commit/{'c' * 40}"
        self._answer(200, {"commitUrl": address, "commitOid": "c" * 40, "pullRequestUrl": None})

    def _allowed(self) -> bool:
        refuse = self.hub.refuse
        if refuse is not None and refuse[0] in self.path:
            self._answer(refuse[1], {"error": "no"})
        elif self.headers.get("Authorization") != f"Bearer {TOKEN}":
            self._answer(401, {"error": "Invalid username or password."})
        else:
            return True
        return False

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") == "chunked":
            found = b""
            while size := int(self.rfile.readline(), 16):
                found += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
            return found
        return self.rfile.read(int(self.headers.get("Content-Length", "0")))

    def _answer(self, status: int, body: dict[str, Any], more: dict[str, str] | None = None) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {
            "Content-Type": "application/json",
            "Content-Length": str(len(data)),
            **(more or {}),
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *arguments: object) -> None:
        """Nothing on the screen."""


@contextmanager
def taking_hub() -> Iterator[TakingHub]:
    """The server while inside."""
    hub = TakingHub()
    handler = type("Handler", (_Handler,), {"hub": hub})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    hub.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
