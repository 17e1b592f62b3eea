"""A local HTTP server that plays the judge, with every failure that one may have. For tests.

How it answers an explanation is written in the explanation itself: ``[good]`` gives grades, ``[fenced]`` JSON in a code
fence, and so on; ``[once 500] [good]`` fails once for this text and then gives grades.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

WORDS = ("excellent", "good", "fair", "poor", "bad")
NO_GRADE = (
    "500", "timeout", "cut", "refusal", "fenced", "truncated", "prose", "thinking", "nan", "number", "range", "fields",
    "missing", "twice", "empty", "filter", "html", "no-choices", "bad-request", "null-choice", "text-choice",
    "object-choices", "no-api", "drip", "surrogate", "nested", "digits", "echo",
)  # fmt: skip
"""Ways that never give a grade, however often they are tried."""
_TAG = re.compile(r"\[(once )?([a-z0-9-]+)\]")


def grades_of(text: str) -> dict[str, str]:
    """The words that the server gives this explanation."""
    digest = hashlib.sha256(text.encode()).digest()
    names = ("consistency", "usefulness", "general")
    return {name: WORDS[byte % 5] for name, byte in zip(names, digest, strict=False)}


@dataclass(slots=True)
class JudgeServer:
    """What was asked, and how the server behaves towards all.

    Attributes:
        texts: how often each explanation was asked about; ``answered``: how often that was answered in full.
        formats: the kinds of response_format that it accepts.
        quota: requests that are answered before the account is empty; None: without end.
        down: requests that are answered before the server goes down, and how it then answers everything.
        delay: seconds before each answer.
        retry_after: what a refusal asks for; key: the only one that is accepted; elsewhere: where ``redirect`` leads.
        busiest: the most requests at a time so far.
    """

    formats: tuple[str | None, ...] = ("json_schema", "json_object", None)
    quota: int | None = None
    down: tuple[int, str] | None = None
    delay: float = 0.0
    retry_after: str | None = None
    key: str | None = None
    elsewhere: str = ""
    texts: Counter[str] = field(default_factory=Counter)
    answered: Counter[str] = field(default_factory=Counter)
    usage: list[tuple[int, int]] = field(default_factory=list)
    bodies: list[dict[str, Any]] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    busiest: int = 0
    address: str = ""
    _active: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def asked(self) -> int:
        """All requests so far."""
        return len(self.bodies)

    def begin(self, body: dict[str, Any], key: str) -> tuple[str, str | None]:
        """Count a request; returns its explanation and how it is answered (None: with grades)."""
        text = body["messages"][-1]["content"].rsplit("#Explanatory text: ", 1)[1]
        with self._lock:
            self._active += 1
            self.busiest = max(self.busiest, self._active)
            self.bodies.append(body)
            self.keys.add(key)
            self.texts[text] += 1
            if self.key is not None and key != f"Bearer {self.key}":
                return text, "401"
            if self.quota is not None and sum(self.answered.values()) >= self.quota:
                return text, "quota"
            if self.down is not None and sum(self.answered.values()) >= self.down[0]:
                return text, self.down[1]
            wanted = (body.get("response_format") or {}).get("type")
            if wanted not in self.formats:
                return text, "bad-request"
            for once, way in _TAG.findall(text):
                if not once or self.texts[text] == 1:
                    return text, None if way == "good" else way
        return text, None

    def end(self, text: str, usage: tuple[int, int] | None) -> None:
        """Count an answer."""
        with self._lock:
            self._active -= 1
            if usage is not None:
                self.answered[text] += 1
                self.usage.append(usage)


@contextmanager
def judging(server: JudgeServer) -> Iterator[JudgeServer]:
    """Serve on a free port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            text, way = server.begin(body, self.headers.get("Authorization") or "")
            usage = None
            try:
                if server.delay:
                    time.sleep(server.delay)
                usage = self._answer(text, way)
            except (BrokenPipeError, ConnectionResetError):
                pass
            finally:
                server.end(text, usage)

        def _answer(self, text: str, way: str | None) -> tuple[int, int] | None:
            good = json.dumps(grades_of(text))
            usage = (len(text) + 300, 40)
            if way in ("429", "quota", "500", "401", "404", "bad-request", "echo"):
                code = "insufficient_quota" if way == "quota" else None
                told = f"way {way}: {dict(self.headers)}" if way == "echo" else f"way {way}"
                error = {"error": {"message": told, "code": code, "type": code}}
                status = {"quota": 429, "bad-request": 400, "echo": 400}.get(way) or int(way)
                headers = {"Retry-After": server.retry_after} if status == 429 and server.retry_after else {}
                self._send(status, json.dumps(error), headers)
                return None
            if way == "redirect":
                self._send(307, "", {"Location": server.elsewhere})
                return None
            if way == "timeout":
                time.sleep(3.0)
                return None
            if way == "html":
                self._send(200, "<html>gateway</html>", kind="text/html")
                return None
            contents = {
                None: good, "fenced": f"```json\n{good}\n```", "truncated": good[:25], "prose": f"Sure! {good}",
                "nan": good.replace(f'"{grades_of(text)["usefulness"]}"', "NaN", 1), "empty": "", "thinking": "",
                "number": '{"consistency": 4, "usefulness": 3, "general": 2}',
                "range": '{"consistency": "superb", "usefulness": "good", "general": "fair"}',
                "fields": '{"consistency": "good", "usefulness": "good", "general": "fair", "score": "good"}',
                "missing": '{"consistency": "good", "general": "fair"}',
                "twice": '{"consistency": "good", "consistency": "bad", "usefulness": "good", "general": "fair"}',
                "refusal": None, "filter": "", "cut": good, "surrogate": "\ud83d", "nested": "[" * 50_000,
                "digits": good.replace(f'"{grades_of(text)["usefulness"]}"', "7" * 5000, 1),
            }  # fmt: skip
            finish = {"truncated": "length", "thinking": "length", "filter": "content_filter"}.get(way or "", "stop")
            message = {"role": "assistant", "content": contents.get(way)}
            if way == "refusal":
                message["refusal"] = "I cannot rate this."
            if way == "thinking":
                message["reasoning_content"] = f"The user wants {good}, I think" * 3
            choices = [{"index": 0, "finish_reason": finish, "message": message}]
            answer = {
                "id": "x", "object": "chat.completion", "created": 0, "model": "judge",
                "choices": [] if way == "no-choices" else choices,
                "usage": {"prompt_tokens": usage[0], "completion_tokens": usage[1], "total_tokens": sum(usage)},
            }  # fmt: skip
            odd = {"null-choice": [None], "text-choice": "abc", "object-choices": {"a": 1}}
            if way in odd:
                answer["choices"] = odd[way]
            if way == "no-api":
                answer = {"error": "Unexpected endpoint or method."}
            data = json.dumps(answer)
            if way == "drip":
                self._drip()
                return None
            if way == "cut":
                self._send(200, data[:-40], length=len(data))
                self.close_connection = True
                return None
            self._send(200, data)
            return usage

        def _drip(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            for _ in range(60):
                self.wfile.write(b"\n")
                self.wfile.flush()
                time.sleep(0.05)
            self.close_connection = True

        def _send(
            self, status: int, text: str, headers: dict[str, str] | None = None, *,
            length: int | None = None, kind: str = "application/json",
        ) -> None:  # fmt: skip
            data = text.encode()
            self.send_response(status)
            for name, value in {"Content-Type": kind, **(headers or {})}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(length or len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: Any) -> None:
            """Write nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 64

    http = Server(("127.0.0.1", 0), Handler)
    server.address = f"http://127.0.0.1:{http.server_port}/v1"
    thread = threading.Thread(target=http.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        http.server_close()
        thread.join()
