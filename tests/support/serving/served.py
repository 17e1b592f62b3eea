"""``score-studio serve`` as users run it: a process of its own, found by what it prints."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil

ROOT = Path(__file__).parents[3]
SECONDS = 120.0
Form = list[tuple[str, str, bytes]]
"""Files of a form: field, file name, content."""


class Served:
    """A running server."""

    def __init__(self, *arguments: str, scratch: Path) -> None:
        command = [sys.executable, "-P", "-m", "score_studio", "serve", "--port", "0", *arguments]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(scratch)}
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.page = self.wait_for(r"(http://\S+/)(#token=\S+)?$")
        found = re.search(r"#token=(\S+)", "\n".join(self.lines))
        self.token = found[1] if found else None
        self.address = urlsplit(self.page)

    def wait_for(self, pattern: str) -> str:
        """Return the first group of the first printed line that matches."""
        end = time.monotonic() + SECONDS
        while True:
            for line in list(self.lines):
                if found := re.search(pattern, line):
                    return found[1] if found.groups() else found[0]
            if self.process.poll() is not None or time.monotonic() > end:
                raise AssertionError(f"{pattern} does not come: {self.lines}")
            time.sleep(0.02)

    def wait_until_ready(self) -> None:
        """Wait until the model is loaded."""
        end = time.monotonic() + SECONDS
        while self.get("/health", token=None)[0] != 200:
            assert self.process.poll() is None and time.monotonic() < end, self.lines
            time.sleep(0.1)

    def children(self) -> list[psutil.Process]:
        """Return the model's process, and whatever else was started."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def get(self, path: str, *, token: str | None = "own", **headers: str) -> tuple[int, Any]:
        """Return status and body; JSON is decoded."""
        return self._ask("GET", path, b"", token, headers)

    def post(self, path: str, body: bytes | Form, *, token: str | None = "own", **headers: str) -> tuple[int, Any]:
        """Send bytes, or files as a form; as in ``get``."""
        if isinstance(body, list):
            headers["content_type"] = "multipart/form-data; boundary=XXX"
            body = b"".join(_part(*one) for one in body) + b"--XXX--\r\n"
        return self._ask("POST", path, body, token, headers)

    def stop(self) -> int:
        """Press Ctrl-C, unless it has ended, and return the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return self.ended()

    def ended(self, seconds: float = 30.0) -> int:
        """Wait for the end, and return the exit code."""
        code = self.process.wait(seconds)
        self._reader.join(seconds)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code

    def _ask(self, method: str, path: str, body: bytes, token: str | None, headers: dict[str, str]) -> tuple[int, Any]:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        given = self.token if token == "own" else token
        if given is not None:
            sent["Authorization"] = f"Bearer {given}"
        assert self.address.hostname is not None
        connection = http.client.HTTPConnection(self.address.hostname, self.address.port, timeout=SECONDS)
        try:
            connection.request(method, path, body or None, sent)
            answer = connection.getresponse()
            data = answer.read()
            is_json = answer.headers.get_content_type() == "application/json"
            return answer.status, json.loads(data) if is_json else data.decode("utf-8")
        finally:
            connection.close()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))


def _part(field: str, name: str, content: bytes) -> bytes:
    head = f'--XXX\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n'
    return head.encode() + b"Content-Type: application/octet-stream\r\n\r\n" + content + b"\r\n"
