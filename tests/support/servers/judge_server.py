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


EXPLANATIONS, SUGGESTIONS = ("consistency", "usefulness", "general"), ("usefulness", "concreteness", "relevance")


def grades_of(text: str, names: tuple[str, ...] = EXPLANATIONS) -> dict[str, str]:
    """The words that the server gives this explanation, or this suggestion."""
    digest = hashlib.sha256(text.encode()).digest()
    return {name: WORDS[byte % 5] for name, byte in zip(names, digest, strict=False)}


def score_of(text: str) -> int:
    """The score that the server reads from this explanation."""
    return hashlib.sha256(text.encode()).digest()[5] % 10


def good_answer(text: str, content: object) -> str:
    """What the server answers to a request with this content: grades, or a score if it is asked for one."""
    if isinstance(content, str) and "Which score does this explanation justify" in content:
        return json.dumps({"score": score_of(text)})
    return json.dumps(grades_of(text, SUGGESTIONS if isinstance(content, list) else EXPLANATIONS))


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
        refused: the status of every upload; batches, files: by id.
        polls: how often a batch was looked at; the first ``slow_batches`` times it is in progress, then ``batch_end``.
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
    batches: dict[str, dict[str, Any]] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    polls: int = 0
    slow_batches: int = 0
    batch_end: str = "completed"
    refused: int = 0
    address: str = ""
    _active: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def asked(self) -> int:
        """All requests so far."""
        return len(self.bodies)

    def begin(self, body: dict[str, Any], key: str) -> tuple[str, str | None]:
        """Count a request; returns its explanation and how it is answered (None: with grades)."""
        content = body["messages"][-1]["content"]
        text = (
            content.rsplit("#Explanatory text: ", 1)[1]
            if isinstance(content, str) and "#Explanatory text: " in content
            else (content if isinstance(content, str) else content[0]["text"]).rsplit("response is as follows: ", 1)[1]
        )
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

    def take_file(self, data: bytes, kind: str) -> dict[str, Any]:
        """Store an uploaded file; returns its description."""
        boundary = re.search("boundary=(.*)", kind)
        assert boundary is not None
        parts = data.split(b"--" + boundary[1].encode())
        (content,) = (part.partition(b"\r\n\r\n")[2].removesuffix(b"\r\n") for part in parts if b"filename=" in part)
        name = f"file-{len(self.files)}"
        self.files[name] = content.decode()
        return {
            "id": name, "object": "file", "bytes": len(content), "created_at": 0, "filename": "requests.jsonl",
            "purpose": "batch", "status": "processed",
        }  # fmt: skip

    def take_batch(self, body: dict[str, Any], key: str) -> dict[str, Any]:
        """Answer every request of a batch at once, as each explanation wants; returns the batch."""
        lines = [json.loads(line) for line in self.files[body["input_file_id"]].splitlines()]
        good, bad = [], []
        for line in lines:
            text, way = self.begin(line["body"], key)
            usage = (len(text) + 300, 40) if way in (None, "fenced") else None
            self.end(text, usage)
            content = good_answer(text, line["body"]["messages"][-1]["content"])
            message = {"role": "assistant", "content": f"```{content}```" if way == "fenced" else content}
            answer = {
                "id": "x", "object": "chat.completion", "created": 0, "model": "judge",
                "choices": [{"index": 0, "finish_reason": "stop", "message": message}],
                "usage": {"prompt_tokens": len(text) + 300, "completion_tokens": 40, "total_tokens": len(text) + 340},
            }  # fmt: skip
            status = 200 if usage is not None else 500
            response = {"status_code": status, "body": answer if usage is not None else {"error": {"message": "way"}}}
            (good if usage is not None else bad).append({"custom_id": line["custom_id"], "response": response})
        name = f"batch-{len(self.batches)}"
        for kind, found in (("out", good), ("err", bad)):
            self.files[f"{name}-{kind}"] = "\n".join(json.dumps(row) for row in found)
        self.batches[name] = {
            "id": name, "object": "batch", "endpoint": body["endpoint"], "input_file_id": body["input_file_id"],
            "completion_window": "24h", "status": "in_progress", "created_at": 0, "metadata": body.get("metadata"),
            "request_counts": {"total": len(lines), "completed": 0, "failed": 0},
        }  # fmt: skip
        return self.batches[name]

    def look(self, batch: dict[str, Any]) -> dict[str, Any]:
        """Return a batch as it is when it is looked at once more."""
        self.polls += 1
        if self.polls > self.slow_batches:
            total = batch["request_counts"]["total"]
            batch |= {"status": self.batch_end, "request_counts": {"total": total, "completed": total, "failed": 0}}
            if self.batch_end == "completed":
                batch |= {"output_file_id": f"{batch['id']}-out", "error_file_id": f"{batch['id']}-err"}
        return batch

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
        def do_GET(self) -> None:
            place = self.path.partition("?")[0]
            if place.endswith("/batches"):
                self._send(
                    200, json.dumps({"object": "list", "data": list(server.batches.values()), "has_more": False})
                )
            elif place.endswith("/content"):
                self._send(200, server.files[place.split("/")[-2]], kind="application/octet-stream")
            else:
                found = server.batches.get(place.split("/")[-1])
                self._send(
                    200 if found else 404, json.dumps(server.look(found) if found else {"error": {"message": "no"}})
                )

        good = ""

        def do_POST(self) -> None:
            data = self.rfile.read(int(self.headers["Content-Length"]))
            if self.path.endswith("/files") and server.refused:
                told = {"error": {"message": f"way {self.headers.get('Authorization')}"}}
                self._send(server.refused, json.dumps(told))
                return
            if self.path.endswith("/files"):
                self._send(200, json.dumps(server.take_file(data, self.headers["Content-Type"])))
                return
            if self.path.endswith("/batches"):
                self._send(
                    200, json.dumps(server.take_batch(json.loads(data), self.headers.get("Authorization") or ""))
                )
                return
            body = json.loads(data)
            text, way = server.begin(body, self.headers.get("Authorization") or "")
            self.good = good_answer(text, body["messages"][-1]["content"])
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
            good = self.good
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
