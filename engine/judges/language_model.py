"""A language model as judge (arXiv 2506.02708, A.2), through any server with OpenAI's chat API.

Many explanations are graded at a time, as many as the server bears: each refusal halves their number, each success lets
it grow again. A failed judgement is never a number: it has no grades and a reason.
"""

from __future__ import annotations

import asyncio
import email.utils
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import openai

from engine.contract.context import StageError
from engine.contract.judge_types import MODEL_JUDGE, OPENAI_ORIGIN, Grades, judge_id, origin_of
from engine.judges import rubric
from engine.judges.kept_answers import KeptAnswers, key_of
from engine.judges.rubric import UnusableAnswerError
from engine.judges.spending import CapReachedError, Ledger, Prices

Row = dict[str, Any]
LOOK_SECONDS = 0.2
"""How often a stop is looked for while answers are awaited."""
PATIENCE = 12
"""Refusals in a row, over all requests, after which the server is given up."""
LONGEST_WAIT = 600.0
"""Seconds; a server that asks for a longer pause ends the job, which can be resumed."""
LONGEST_PAUSE = 60.0
"""Seconds between two attempts, where the server does not ask for a longer one."""
OVERHEAD = 200
"""Tokens of a request besides its text, at most: roles, and the schema where a server counts it."""
_FORMATS: tuple[dict[str, Any] | None, ...] = (
    {"type": "json_schema", "json_schema": {"name": "grades", "strict": True, "schema": rubric.SCHEMA}},
    {"type": "json_object"},
    None,
)
_QUOTA = ("insufficient_quota", "billing_hard_limit_reached", "billing_not_active")


@dataclass(frozen=True, slots=True)
class Access:
    """How the server is asked.

    Attributes:
        base_url, model: the address, such as https://api.openai.com/v1, and the model's name there.
        key: sent as bearer token; "" sends none of value.
        max_tokens: of an answer, including what a model thinks before it.
        attempts: how often an explanation is tried before it has no grade.
        parallel: the most requests at a time.
        timeout: seconds for an answer.
        pause: seconds before a failed request is repeated, doubled each time.
        prices: None for a server that costs nothing.
    """

    base_url: str
    model: str
    key: str = ""
    max_tokens: int = 256
    attempts: int = 4
    parallel: int = 16
    timeout: float = 120.0
    pause: float = 1.0
    prices: Prices | None = None

    @property
    def id(self) -> str:
        """The judge's name in the database: the model, and whose it is."""
        return judge_id(MODEL_JUDGE, self.base_url, self.model)


@dataclass(slots=True)
class LanguageModelJudge:
    """Grades rows of a job.

    Args:
        access: the server.
        kept: answers of earlier judgings.
        ledger: reserves and notes prices.
    """

    access: Access
    kept: KeptAnswers
    ledger: Ledger
    requests: int = field(default=0, init=False)
    _sending: int = field(default=0, init=False)
    _pace: Pace = field(init=False)
    _format: int = field(default=0, init=False)
    _asked: dict[str, asyncio.Task[Grades]] = field(default_factory=dict, init=False)
    _client: openai.AsyncOpenAI = field(init=False)

    def __post_init__(self) -> None:
        """Begin with few requests at a time."""
        self._pace = Pace(self.access.parallel, self.access.pause)

    async def grade(self, rows: Sequence[Row], done: Callable[[Row, Grades], None], look: Callable[[], None]) -> None:
        """Grade all rows, in no order.

        Args:
            rows: with ``label`` (0..9), ``text`` and ``parse_ok``; an answer that does not parse is judged as empty
                text, as the paper does.
            done: called with each row as soon as it is graded or given up.
            look: called several times a second; what it raises ends everything.

        Raises:
            StageError: the server cannot be used: no such model, no right, no quota, not reachable, or the cost limit
                is reached. What is done is done.
        """
        http = openai.DefaultAsyncHttpxClient(follow_redirects=False)  # a key goes to one address alone
        self._client = openai.AsyncOpenAI(
            base_url=self.access.base_url,
            api_key=self.access.key or "none",
            max_retries=0,
            timeout=self.access.timeout,
            http_client=http,
        )
        pending = iter(rows)
        async with self._client:
            first = next(pending, None)
            if first is None:
                return
            workers = {asyncio.create_task(self._work(iter([first]), done))}
            try:
                await _all_of(workers, look)  # alone: finds out what the server can do
                workers = {asyncio.create_task(self._work(pending, done)) for _ in range(self.access.parallel)}
                await _all_of(workers, look)
            finally:
                for task in (*workers, *self._asked.values()):
                    task.cancel()
                await asyncio.gather(*workers, *self._asked.values(), return_exceptions=True)

    async def _work(self, rows: Iterator[Row], done: Callable[[Row, Grades], None]) -> None:
        for row in rows:
            done(row, await self._grade(row))

    async def _grade(self, row: Row) -> Grades:
        text = row["text"] if row["parse_ok"] else ""
        prompt = rubric.render(row["label"], text)
        key = key_of(
            model=self.access.model, base_url=self.access.base_url, prompt=prompt, score=row["label"], text=text,
            max_tokens=self.access.max_tokens, temperature=0,
        )  # fmt: skip
        kept = self.kept.get(key)
        if kept is not None:
            return _graded(kept)
        if key not in self._asked:  # another image may have the same text and score
            self._asked[key] = asyncio.create_task(self._ask_until_usable(key, prompt))
        try:
            return await asyncio.shield(self._asked[key])
        finally:
            if self._asked.get(key) is not None and self._asked[key].done():
                del self._asked[key]

    async def _ask_until_usable(self, key: str, prompt: str) -> Grades:
        reason, raw = "", ""
        for attempt in range(self.access.attempts):
            if attempt:
                await asyncio.sleep(min(LONGEST_PAUSE, self.access.pause * 2 ** (attempt - 1)) if raw == "" else 0)
            raw = ""
            try:
                raw = await self._ask(prompt, attempt)
                grades = _graded(raw)
            except _HopelessError as error:
                return Grades(None, reason=str(error))
            except UnusableAnswerError as error:
                reason = str(error)
                continue
            self.kept.keep(key, raw, {"model": self.access.model, "base_url": self.access.base_url})
            return grades
        return Grades(None, raw=raw, reason=f"no grade in {self.access.attempts} attempts: {reason}")

    async def _ask(self, prompt: str, attempt: int) -> str:
        """Return the text of an answer.

        Raises:
            UnusableAnswerError: there is none; another attempt may help.
            _HopelessError: there is none, and another attempt would not help.
            StageError: the server cannot be used at all.
        """
        while True:
            async with self._pace.turn() as sent:
                number = await self._reserve(prompt)
                price: float | None = 0.0
                self._sending += 1
                try:
                    answer = await self._send(prompt, attempt)
                    self._pace.worked()
                    price = self._price(answer)
                    return _text_of(answer)
                except openai.RateLimitError as error:
                    self._refused(error, sent)
                except openai.APITimeoutError:
                    price = None  # it may have been answered
                    self._failed(f"no answer within {self.access.timeout:g} s", sent)
                except openai.APIConnectionError as error:
                    price = None
                    self._failed(f"the connection was lost or refused ({_cause(error)})", sent)
                except openai.APIStatusError as error:
                    self._handle(error, sent)
                except asyncio.CancelledError:
                    price = None
                    raise
                finally:
                    self._sending -= 1
                    if price is not None:
                        self.ledger.settle(number, price)

    async def _reserve(self, prompt: str) -> int:
        """Reserve a request's highest price; what is under way may turn out to cost less and is waited for."""
        while True:
            try:
                return self.ledger.reserve(self._highest_price(prompt))
            except CapReachedError:
                if not self._sending:
                    raise
            await asyncio.sleep(LOOK_SECONDS / 4)

    async def _send(self, prompt: str, attempt: int) -> Any:
        self.requests += 1
        wanted = _FORMATS[self._format]
        limit = "max_completion_tokens" if origin_of(self.access.base_url) == OPENAI_ORIGIN else "max_tokens"
        more: dict[str, Any] = {limit: self.access.max_tokens}
        if wanted is not None:
            more["response_format"] = wanted
        try:
            return await self._client.chat.completions.create(
                model=self.access.model,
                messages=[{"role": "user", "content": prompt}],
                temperature=0.0 if attempt == 0 else 0.5,  # the same question may only get the same answer
                seed=attempt,
                **more,
            )
        except (openai.APIStatusError, openai.APIConnectionError):
            raise
        except (openai.OpenAIError, ValueError, TypeError) as error:  # a body that is no JSON, or not of this form
            raise UnusableAnswerError(f"the server's answer cannot be read ({type(error).__name__})") from error

    def _refused(self, error: openai.RateLimitError, sent: float) -> None:
        code = getattr(error, "code", None) or getattr(error, "type", None)
        if code in _QUOTA or any(word in error.message for word in _QUOTA):
            raise StageError(
                f"The account at {origin_of(self.access.base_url)} has no quota left.",
                "Add credit there and run again; what has been graded is kept.",
            ) from None
        wait = _wait_of(error)
        if wait is not None and wait > LONGEST_WAIT:
            raise StageError(
                f"The server asks to wait {wait / 60:.0f} minutes.", "Run again then; what has been graded is kept."
            ) from None
        if self._pace.refused(sent, wait) > PATIENCE:
            raise StageError(
                f"The server {origin_of(self.access.base_url)} has refused {PATIENCE} requests in a row: too many.",
                "Run again later, or lower judge.parallel; what has been graded is kept.",
            ) from None

    def _failed(self, reason: str, sent: float) -> None:
        """Count a failure of the server itself; always raises.

        Raises:
            StageError: it has failed so often in a row that it is down.
            UnusableAnswerError: else.
        """
        often = self._pace.failed(sent)
        if often >= (PATIENCE if self._pace.successes else min(PATIENCE, self.access.attempts)):
            raise StageError(
                f"The server {self.access.base_url} cannot be reached or does not work: {reason}, {often} times in a "
                "row.",
                "Check the setting judge.base_url, and that the server runs; what has been graded is kept.",
            ) from None
        raise UnusableAnswerError(reason) from None

    def _handle(self, error: openai.APIStatusError, sent: float) -> None:
        status, where = error.status_code, origin_of(self.access.base_url)
        if status in (401, 403):
            raise StageError(f"The server {where} refuses the key ({status}).", "Enter a valid key for it.") from None
        if status == 404:
            raise StageError(
                f"The server {where} has no model {self.access.model!r} at {self.access.base_url}.",
                "Check judge.model and judge.base_url.",
            ) from None
        if status in (400, 422):
            if not self._pace.successes and self._format < len(_FORMATS) - 1:
                self._format += 1  # it cannot hold a model to a schema
                return
            raise _HopelessError(f"the server refuses this request ({status}): {error.message[:200]}") from None
        self._failed(f"the server failed ({status})", sent)

    def _highest_price(self, prompt: str) -> float:
        """Return what a request costs at most: no token is shorter than a byte."""
        prices = self.access.prices
        return (
            prices.of(len(prompt.encode("utf-8", "surrogatepass")) + OVERHEAD, self.access.max_tokens) if prices else 0
        )

    def _price(self, answer: Any) -> float | None:
        """Return what a request cost; None if the server does not say."""
        prices, usage = self.access.prices, getattr(answer, "usage", None)
        if prices is None:
            return 0.0
        tokens = [getattr(usage, name, None) for name in ("prompt_tokens", "completion_tokens")]
        if not all(isinstance(count, int) and count >= 0 for count in tokens):
            return None
        return prices.of(*tokens)  # type: ignore[arg-type]


class _HopelessError(Exception):
    """No grade, and no other attempt."""


@dataclass(slots=True)
class Pace:
    """How many requests may be under way: half as many after a refusal, one more after as many successes.

    Args:
        most: at a time.
        pause: seconds after the first refusal, if the server does not say; doubled after each further one in a row.
    """

    most: int
    pause: float
    successes: int = field(default=0, init=False)
    _allowed: float = field(init=False)
    _active: int = field(default=0, init=False)
    _in_a_row: int = field(default=0, init=False)
    _failures: int = field(default=0, init=False)
    _failed_at: float = field(default=0.0, init=False)
    _closed_until: float = field(default=0.0, init=False)
    _refused_at: float = field(default=0.0, init=False)
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition, init=False)

    def __post_init__(self) -> None:
        """Begin with four."""
        self._allowed = float(min(4, self.most))

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[float]:
        """Wait until a request may be sent; returns the time at which it is, for :meth:`refused`."""
        async with self._changed:
            await self._changed.wait_for(lambda: self._active < int(self._allowed))
            self._active += 1
        try:
            while (left := self._closed_until - time.monotonic()) > 0:
                await asyncio.sleep(left)
            yield time.monotonic()
        finally:
            async with self._changed:
                self._active -= 1
                self._changed.notify_all()

    def worked(self) -> None:
        """Count a success."""
        self.successes += 1
        self._in_a_row = self._failures = 0
        self._allowed = min(float(self.most), self._allowed + 1 / self._allowed)

    def failed(self, sent: float) -> int:
        """Count a failure of the server, those of requests under way together once; returns those in a row."""
        if sent >= self._failed_at:
            self._failures += 1
            self._failed_at = time.monotonic()
        return self._failures

    def refused(self, sent: float, wait: float | None) -> int:
        """Count a refusal: fewer requests, and none for a while.

        Requests that were under way together with one that was refused are refused together, which counts once.

        Args:
            sent: when the request was sent.
            wait: seconds that the server asks for; None if it does not.

        Returns:
            The refusals since the last success.
        """
        if sent >= self._refused_at:
            self._in_a_row += 1
            self._allowed = max(1.0, self._allowed / 2)
            self._refused_at = time.monotonic()
        pause = min(LONGEST_PAUSE, self.pause * 2 ** (self._in_a_row - 1)) if wait is None else wait
        self._closed_until = max(self._closed_until, time.monotonic() + pause)
        return self._in_a_row


async def _all_of(tasks: set[asyncio.Task[None]], look: Callable[[], None]) -> None:
    """Wait for all tasks; what one of them or ``look`` raises is raised at once."""
    waiting: set[asyncio.Task[None]] = set(tasks)
    while waiting:
        look()
        ended, waiting = await asyncio.wait(waiting, timeout=LOOK_SECONDS, return_when=asyncio.FIRST_EXCEPTION)
        for task in ended:
            task.result()


def _graded(raw: str) -> Grades:
    grades = rubric.read_grades(raw)
    return Grades(grades["consistency"], grades["usefulness"], grades["general"], raw)


def _text_of(answer: Any) -> str:
    """Return the text of a whole answer.

    Raises:
        UnusableAnswerError: the model refused, was cut off or said nothing.
    """
    choices = getattr(answer, "choices", None)
    if not choices:
        raise UnusableAnswerError("the server's answer has no choices")
    choice = choices[0]
    message = getattr(choice, "message", None)
    refusal, content = getattr(message, "refusal", None), getattr(message, "content", None)
    if refusal:
        raise UnusableAnswerError(f"the model refused: {str(refusal)[:120]}")
    if choice.finish_reason == "length":
        raise UnusableAnswerError("the answer was cut off" if content else "thinking took all tokens of the answer")
    if choice.finish_reason == "content_filter":
        raise UnusableAnswerError("a content filter withheld the answer")
    if not isinstance(content, str) or not content.strip():
        raise UnusableAnswerError("the answer is empty")
    return content


def _cause(error: Exception) -> str:
    return str(error.__cause__ or error) or type(error.__cause__ or error).__name__


def _wait_of(error: openai.APIStatusError) -> float | None:
    """Return the seconds that the server asks to wait (Retry-After, RFC 9110, section 10.2.3); None if it does not."""
    headers = error.response.headers
    try:
        return max(0.0, float(headers["retry-after-ms"]) / 1000)
    except (KeyError, ValueError):
        pass
    value = headers.get("retry-after", "")
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        return max(0.0, email.utils.parsedate_to_datetime(value).timestamp() - time.time())
    except (TypeError, ValueError):
        return None
