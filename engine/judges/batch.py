"""Explanations graded as a batch: half the price, answered within a day (OpenAI's Batch API, and its copies).

A batch only fetches answers: it puts them where kept answers are, and the judge then reads them from there. What a
batch leaves without a usable answer is asked for singly. Every batch is noted in a file before the next step, and has a
mark of its own at the server, so that a killed job finds it again and nothing is sent, or paid, twice.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openai

from engine.contract.context import Journal, StageError
from engine.contract.judge_types import BATCH_DISCOUNT
from engine.judges.kept_answers import KeptAnswers
from engine.judges.rubric import UnusableAnswerError
from engine.judges.spending import Ledger, Prices

MOST_REQUESTS = 50_000
MOST_BYTES = 150_000_000
"""Of one batch; the server takes 50,000 requests and 200 MB."""
MARK = "score_studio"
_ENDED = ("completed", "failed", "expired", "cancelled")
_FIRST_POLL, _LONGEST_POLL = 2.0, 60.0
LOOK_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Request:
    """One explanation to grade: the key of its answer, the request's body, and the highest price in USD."""

    key: str
    body: Mapping[str, Any]
    price: float


@dataclass(slots=True)
class Batches:
    """The batches of a project at one server.

    Args:
        client: of the server.
        base_url: its address.
        kept: where answers go.
        ledger: reserves the highest price of each batch and notes the true one.
        prices: of a request on its own; None: the server costs nothing.
        file: notes of all batches; made if missing.
        told: is called with how many of how many answers a batch has.
        first_poll: seconds before a batch is looked at for the second time; then twice as long each time.
    """

    client: openai.AsyncOpenAI
    base_url: str
    kept: KeptAnswers
    ledger: Ledger
    prices: Prices | None
    file: Path
    told: Callable[[int, int], None] = lambda done, total: None
    first_poll: float = _FIRST_POLL
    _journal: Journal = field(init=False)

    def __post_init__(self) -> None:
        """Read what is noted."""
        self._journal = Journal(self.file)

    def close(self) -> None:
        """Close the file of notes."""
        self._journal.close()

    async def fetch(
        self, requests: Iterable[Request], usable: Callable[[Mapping[str, Any]], str], look: Callable[[], None]
    ) -> None:
        """Send what is neither kept nor on its way, wait for all batches, and keep the usable answers.

        Args:
            requests: those whose answers are not kept.
            usable: returns the text of an answer's body, or raises ``UnusableAnswerError``.
            look: called several times a second; what it raises ends the wait. The batches go on at the server.

        Raises:
            StageError: the server has no batches, refuses the key or the batch, or the cost limit is reached.
        """
        wanted = {request.key: request for request in requests}
        try:
            for batch in self._open():
                await self._collect(batch, usable, look)
            missing = [request for key, request in wanted.items() if self.kept.get(key) is None]
            asked = {key for note in self._notes() for key in note["keys"]}
            for part in _parts([request for request in missing if request.key not in asked]):
                await self._collect(await self._send(part), usable, look)
        except openai.NotFoundError:
            raise StageError(
                f"The server {self.base_url} has no batches.",
                "Set judge.batch = false: then each is asked for at once.",
            ) from None
        except (openai.AuthenticationError, openai.PermissionDeniedError):
            raise StageError(f"The server {self.base_url} refuses the key.", "Enter a valid key for it.") from None
        except openai.APIStatusError as error:
            raise StageError(
                f"The server {self.base_url} refuses the batch ({error.status_code}): {error.message[:200]}",
                "Run again later, or set judge.batch = false; what has been graded is kept.",
            ) from None
        except openai.APIConnectionError as error:
            raise StageError(
                f"The server {self.base_url} cannot be reached ({type(error.__cause__ or error).__name__}).",
                "Run again: batches that were sent go on there, and are not sent again.",
            ) from None

    def _notes(self) -> list[dict[str, Any]]:
        """Return every batch that was noted for this server, with the last note about each."""
        found = {note["batch"]: note for note in self._journal.rows if note["base_url"] == self.base_url}
        return list(found.values())

    def _open(self) -> list[dict[str, Any]]:
        return [note for note in self._notes() if not note["collected"]]

    async def _send(self, requests: Sequence[Request]) -> dict[str, Any]:
        """Send a batch, unless the server has it already, and note it."""
        keys = sorted(request.key for request in requests)
        mark = hashlib.sha256("\n".join(keys).encode()).hexdigest()
        reserved = BATCH_DISCOUNT * sum(request.price for request in requests)
        number = self.ledger.reserve(reserved)
        batch = await self._find(mark)
        if batch is None:
            lines = [
                json.dumps({"custom_id": one.key, "method": "POST", "url": "/v1/chat/completions", "body": one.body})
                for one in requests
            ]
            data = ("\n".join(lines) + "\n").encode()
            file = await self.client.files.create(file=("requests.jsonl", data), purpose="batch")
            batch = (
                await self.client.batches.create(
                    input_file_id=file.id,
                    endpoint="/v1/chat/completions",
                    completion_window="24h",
                    metadata={MARK: mark},
                )
            ).id
        note = {
            "batch": batch, "base_url": self.base_url, "keys": keys, "collected": False, "sent": time.time(),
            "ledger": str(self.ledger.file), "request": number,
        }  # fmt: skip
        self._journal.append([note])
        return note

    async def _find(self, mark: str) -> str | None:
        """Return the batch with this mark: it was sent by a job that was killed before it could note it."""
        page = await self.client.batches.list(limit=100)
        known = {note["batch"] for note in self._notes()}
        for batch in page.data or ():
            if (batch.metadata or {}).get(MARK) == mark and batch.id not in known and batch.status != "cancelled":
                return batch.id
        return None

    async def _collect(
        self, note: dict[str, Any], usable: Callable[[Mapping[str, Any]], str], look: Callable[[], None]
    ) -> None:
        """Wait for a batch and keep its usable answers."""
        pause = self.first_poll
        while True:
            try:
                batch = await self.client.batches.retrieve(note["batch"])
            except openai.NotFoundError:
                self._settle(note, None)  # the server has forgotten it, with all answers
                return
            counts = batch.request_counts
            self.told(counts.completed + counts.failed if counts else 0, len(note["keys"]))
            if batch.status in _ENDED:
                break
            await _wait(pause, look)
            pause = min(_LONGEST_POLL, 2 * pause)
        cost = 0.0
        for file in (batch.output_file_id, batch.error_file_id):
            if file is not None:
                content = await self.client.files.content(file)
                cost += self._keep(content.text, usable)
        self._settle(note, cost)

    def _keep(self, text: str, usable: Callable[[Mapping[str, Any]], str]) -> float:
        """Keep the usable answers of a file; returns what all of its answers cost."""
        cost = 0.0
        for line in text.splitlines():
            with suppress(ValueError, TypeError, AttributeError):  # a line that is no answer costs nothing
                row = json.loads(line)
                body = (row.get("response") or {}).get("body") or {}
                cost += self._price(body)
                with suppress(UnusableAnswerError):
                    self.kept.keep(str(row["custom_id"]), usable(body), {"base_url": self.base_url, "batch": True})
        return cost

    def _price(self, body: Mapping[str, Any]) -> float:
        usage = body.get("usage") or {}
        counts = [usage.get(name) for name in ("prompt_tokens", "completion_tokens")]
        if self.prices is None or not all(isinstance(count, int) and count >= 0 for count in counts):
            return 0.0
        return BATCH_DISCOUNT * self.prices.of(*counts)  # type: ignore[arg-type]

    def _settle(self, note: dict[str, Any], usd: float | None) -> None:
        self._journal.append([{**note, "collected": True}])
        if usd is not None and note["ledger"] == str(self.ledger.file):
            self.ledger.settle(note["request"], usd)


def _parts(requests: Sequence[Request]) -> list[list[Request]]:
    """Return the requests in batches that the server takes."""
    parts: list[list[Request]] = []
    size = 0
    for request in requests:
        length = len(json.dumps(request.body)) + 200
        if not parts or len(parts[-1]) >= MOST_REQUESTS or size + length > MOST_BYTES:
            parts.append([])
            size = 0
        parts[-1].append(request)
        size += length
    return parts


async def _wait(seconds: float, look: Callable[[], None]) -> None:
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        look()
        await asyncio.sleep(min(left, LOOK_SECONDS))
