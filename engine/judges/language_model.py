"""A language model as judge (arXiv 2506.02708, A.2), through any server with OpenAI's chat API.

Many explanations are graded at a time, as many as the server bears. A failed judgement is never a number: it has no
grades and a reason. What ends the job instead is what no other explanation would mend: no key, no quota, no such model,
a server that is down.
"""

from __future__ import annotations

import asyncio
import email.utils
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx2
import openai

from engine.contract.context import StageError
from engine.contract.judge_types import MODEL_JUDGE, OPENAI_ORIGIN, judge_id, origin_of
from engine.judges import pace
from engine.judges.batch import Batches, Request
from engine.judges.kept_answers import KeptAnswers, key_of
from engine.judges.pace import Pace
from engine.judges.rubric import UnusableAnswerError
from engine.judges.spending import CapReachedError, Ledger, Prices
from engine.judges.tasks import ExplanationTask, Graded, JudgeTask, Question, shown

Row = dict[str, Any]
LOOK_SECONDS = 0.2
"""How often a stop is looked for while answers are awaited."""
PATIENCE = 12
"""Refusals or failures in a row after which the server is given up, or asked whether it works at all."""
LONGEST_WAIT = 600.0
"""Seconds; a server that asks for a longer pause ends the job, which can be resumed."""
OVERHEAD = 200
"""Tokens of a request besides its text, at most: roles, and the schema where a server counts it."""
_QUOTA = ("insufficient_quota", "billing_hard_limit_reached", "billing_not_active")
_REJECTED = 3
"""Explanations that are refused in every format before any was answered, after which it is not their fault."""
_NEVER_SENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout)
"""Causes for which a request has not left this machine."""


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

    def hide_key(self, text: str) -> str:
        """Return a text without the key, for what people read and what is stored: a server may repeat it."""
        return text.replace(self.key, "[key]") if self.key else text


class _ServerError(UnusableAnswerError):
    """The server itself has failed, not the model."""


class _HopelessError(Exception):
    """No grade, and no other attempt."""


@dataclass(slots=True)
class LanguageModelJudge:
    """Grades rows of a job.

    Args:
        access: the server.
        kept: answers of earlier judgings.
        ledger: reserves and notes prices.
        task: what is judged.

    Attributes:
        requests: sent so far.
    """

    access: Access
    kept: KeptAnswers
    ledger: Ledger
    task: JudgeTask = field(default_factory=ExplanationTask)
    requests: int = field(default=0, init=False)
    _sending: int = field(default=0, init=False)
    _pace: Pace = field(init=False)
    _format: int = field(default=0, init=False)
    _rejected: int = field(default=0, init=False)
    _works_with: Question | None = field(default=None, init=False)
    _formats: tuple[dict[str, Any] | None, ...] = field(init=False)
    _asked: dict[str, asyncio.Task[Graded]] = field(default_factory=dict, init=False)
    _client: openai.AsyncOpenAI = field(init=False)
    _probing: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)

    def __post_init__(self) -> None:
        """Begin with few requests at a time."""
        self._pace = Pace(self.access.parallel, self.access.pause)
        schema = {"name": "grades", "strict": True, "schema": self.task.schema}
        self._formats = ({"type": "json_schema", "json_schema": schema}, {"type": "json_object"}, None)

    async def grade(self, rows: Sequence[Row], done: Callable[[Row, Any], None], look: Callable[[], None]) -> None:
        """Grade all rows, in no order.

        Args:
            rows: as the task has them.
            done: called with each row as soon as it is graded or given up.
            look: called several times a second; what it raises ends everything.

        Raises:
            StageError: the server cannot be used: no such model, no right, no quota, not reachable, or the cost limit
                is reached. What is done is done.
        """
        self._client = self._new_client()
        pending = iter(rows)
        failure: StageError | None = None
        async with self._client:
            workers = {asyncio.create_task(self._work(pending, done, until_one_worked=True))}
            try:
                await _all_of(workers, look)  # alone: finds out what the server can do
                workers = {asyncio.create_task(self._work(pending, done)) for _ in range(self.access.parallel)}
                await _all_of(workers, look)
            except StageError as error:
                # A new one, without the client's error behind it, which quotes what the server has sent.
                failure = type(error)(self.access.hide_key(error.message), self.access.hide_key(error.remedy))
            finally:
                for task in (*workers, *self._asked.values()):
                    task.cancel()
                await asyncio.gather(*workers, *self._asked.values(), return_exceptions=True)
        if failure is not None:
            raise failure

    def _new_client(self) -> openai.AsyncOpenAI:
        http = openai.DefaultAsyncHttpxClient(follow_redirects=False)  # a key goes to one address alone
        return openai.AsyncOpenAI(
            base_url=self.access.base_url,
            api_key=self.access.key or "none",
            max_retries=0,
            timeout=self.access.timeout,
            http_client=http,
        )

    async def fetch_batch(
        self, rows: Sequence[Row], file: Path, told: Callable[[int, int], None], look: Callable[[], None]
    ) -> None:
        """Fetch the answers of these rows as a batch (see ``batch``), for ``grade`` to read.

        Args:
            rows: as for ``grade``.
            file: notes of the project's batches.
            told: is called with how many of how many answers a batch has.
            look: called several times a second; what it raises ends the wait, not the batch.

        Raises:
            StageError: the server has no batches or cannot be used, or the cost limit is reached.
        """
        failure: StageError | None = None
        async with self._new_client() as client:
            batches = Batches(
                client, self.access.base_url, self.kept, self.ledger, self.access.prices, file, told,
                first_poll=self.access.pause,
            )  # fmt: skip
            try:
                await batches.fetch(self._requests(rows), self._usable, look)
            except StageError as error:
                failure = type(error)(self.access.hide_key(error.message), self.access.hide_key(error.remedy))
            finally:
                batches.close()
        if failure is not None:
            raise failure

    def _requests(self, rows: Sequence[Row]) -> Iterator[Request]:
        for row in rows:
            question = self.task.question(row)
            if isinstance(question, str):
                continue
            key = self._key(question)
            if self.kept.get(key) is None:
                yield Request(key, self._body(question, 0, self._formats[0]), self._highest_price(question))

    def _usable(self, body: Mapping[str, Any]) -> str:
        """Return the text of an answer's body, without the key, if it can be graded."""
        answer = json.loads(json.dumps(body), object_hook=lambda found: SimpleNamespace(**found))
        choices = getattr(answer, "choices", None)
        text = self.access.hide_key(_content_of(choices[0] if isinstance(choices, list) and choices else None))
        self._graded(text)
        return text

    def _key(self, question: Question) -> str:
        """Return the key of a question's answer."""
        return key_of(
            model=self.access.model, base_url=self.access.base_url.rstrip("/"), prompt=question.prompt,
            max_tokens=self.access.max_tokens, temperature=0, **question.parts,
        )  # fmt: skip

    def _body(self, question: Question, attempt: int, answer_format: dict[str, Any] | None) -> dict[str, Any]:
        """Return a request's fields."""
        limit = "max_completion_tokens" if origin_of(self.access.base_url) == OPENAI_ORIGIN else "max_tokens"
        return {
            "model": self.access.model,
            "messages": [{"role": "user", "content": question.content()}],
            "temperature": 0.0 if attempt == 0 else 0.5,  # the same question may only get the same answer
            "seed": attempt,
            limit: self.access.max_tokens,
            **({} if answer_format is None else {"response_format": answer_format}),
        }

    async def _work(
        self, rows: Iterator[Row], done: Callable[[Row, Any], None], *, until_one_worked: bool = False
    ) -> None:
        for row in rows:
            grades = await self._grade(row)
            await asyncio.sleep(0)  # grades that are kept come without a wait, and a stop must be heard
            done(row, shown(grades, self.access.hide_key))
            if until_one_worked and self._pace.successes:
                return

    async def _grade(self, row: Row) -> Graded:
        question = self.task.question(row)
        if isinstance(question, str):
            return self.task.failed(question)
        key = self._key(question)
        kept = self.kept.get(key)
        if kept is not None:
            with suppress(UnusableAnswerError):  # a file that was changed: ask anew
                return self._graded(kept)
        if key not in self._asked:  # another image may have the same text and score
            self._asked[key] = asyncio.create_task(self._ask_until_usable(key, question))
        try:
            return await asyncio.shield(self._asked[key])
        finally:
            if self._asked.get(key) is not None and self._asked[key].done():
                del self._asked[key]

    async def _ask_until_usable(self, key: str, question: Question) -> Graded:
        reason, raw, by_server = "", "", False
        for attempt in range(self.access.attempts):
            raw, by_server = "", False
            try:
                raw = await self._ask(question, attempt)
                grades = self._graded(raw)
            except _HopelessError as error:
                if self._pace.successes:
                    await self._check_that_it_works(str(error))
                return self.task.failed(str(error))
            except _ServerError as error:
                reason, by_server = str(error), True
                if self._pace.failures >= PATIENCE:
                    await self._check_that_it_works(reason)
                if attempt + 1 < self.access.attempts:
                    await asyncio.sleep(min(pace.LONGEST_PAUSE, self.access.pause * 2**attempt))
                continue
            except UnusableAnswerError as error:
                reason = str(error)
                continue
            self._keep(key, raw)
            self._works_with = question
            return grades
        if by_server:
            await self._check_that_it_works(reason)  # or this one would have no grade because the server is down
        return self.task.failed(f"no grade in {self.access.attempts} attempts: {reason}", raw)

    def _graded(self, raw: str) -> Graded:
        return self.task.read(raw)

    def _keep(self, key: str, raw: str) -> None:
        hidden = self.access.hide_key(raw)
        with suppress(UnusableAnswerError):
            self._graded(hidden)
            self.kept.keep(key, hidden, {"model": self.access.model, "base_url": self.access.base_url})

    async def _check_that_it_works(self, reason: str) -> None:
        """Ask once more what was answered before: does the server not work, or are the texts refused?

        Raises:
            StageError: it does not work.
        """
        answered = self._pace.successes
        async with self._probing:
            if self._pace.successes > answered:
                return  # meanwhile something was answered
            often = max(self._pace.failures, self._pace.rejections)
            try:
                await self._ask(self._works_with or self.task.sample, 0)
            except (_ServerError, _HopelessError):
                raise StageError(
                    f"The server {self.access.base_url} cannot be reached or does not work: {reason}, {often} times in "
                    "a row.",
                    "Check the setting judge.base_url, and that the server runs; what has been graded is kept.",
                ) from None
            except UnusableAnswerError:
                pass
            self._pace.failures = self._pace.rejections = 0

    async def _ask(self, question: Question, attempt: int) -> str:
        """Return the text of an answer.

        Raises:
            UnusableAnswerError: there is none; another attempt may help.
            _HopelessError: there is none, and another attempt would not help.
            StageError: the server cannot be used at all.
        """
        refusals = 0
        while True:
            async with self._pace.turn() as sent:
                number, used = await self._reserve(question), self._format
                price: float | None = None  # unless it is known: it may have been answered
                self._sending += 1
                try:
                    answer = await self._send(question, attempt, used, sent)
                    price = self._price(answer)
                    text = self._text_of(answer, sent)
                    self._format = used
                    return text
                except openai.RateLimitError as error:
                    price = 0.0
                    refusals += 1
                    self._refused(error, sent)
                except (openai.APITimeoutError, TimeoutError) as error:
                    price = 0.0 if isinstance(error.__cause__, _NEVER_SENT) else None
                    self._failed(f"no answer within {self.access.timeout:g} s", sent)
                except openai.APIConnectionError as error:
                    price = 0.0 if isinstance(error.__cause__, _NEVER_SENT) else None
                    self._failed(f"the connection was lost or refused ({_cause(error)})", sent)
                except openai.APIStatusError as error:
                    price = 0.0 if error.status_code < 500 else None
                    self._handle(error, sent, used)
                finally:
                    self._sending -= 1
                    if price is not None:
                        self.ledger.settle(number, price)
            if refusals > PATIENCE:
                raise _HopelessError(f"the server refused it {refusals} times as too much, and answered others")

    async def _reserve(self, question: Question) -> int:
        """Reserve a request's highest price; what is under way may turn out to cost less and is waited for."""
        while True:
            try:
                return self.ledger.reserve(self._highest_price(question))
            except CapReachedError:
                if not self._sending:
                    raise
            await asyncio.sleep(LOOK_SECONDS / 4)

    async def _send(self, question: Question, attempt: int, used: int, sent: float) -> Any:
        self.requests += 1
        try:
            async with asyncio.timeout(self.access.timeout):  # a server may send single bytes for ever
                return await self._client.chat.completions.create(**self._body(question, attempt, self._formats[used]))
        except (openai.APIStatusError, openai.APIConnectionError, TimeoutError):
            raise
        except (openai.OpenAIError, ValueError, TypeError, AttributeError, KeyError, RecursionError) as error:
            # A body that is no JSON, or not of this form.
            self._failed(f"its answer cannot be read ({type(error).__name__})", sent)

    def _text_of(self, answer: Any, sent: float) -> str:
        """Return the text of a whole answer.

        Raises:
            UnusableAnswerError: the model refused, was cut off or said nothing; or the server sent something else.
        """
        choices = getattr(answer, "choices", None)
        choice = choices[0] if isinstance(choices, list) and choices else None
        message = getattr(choice, "message", None)
        if message is None:
            error = getattr(answer, "error", None)
            self._failed(f"its answer has no message{f': {str(error)[:200]}' if error else ''}", sent)
        self._pace.worked()
        return _content_of(choice)

    def _failed(self, reason: str, sent: float) -> None:
        """Count a failure of the server itself; always raises."""
        self._pace.failed(sent)
        raise _ServerError(reason) from None

    def _refused(self, error: openai.RateLimitError, sent: float) -> None:
        self._check_quota(error)
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

    def _check_quota(self, error: openai.APIStatusError) -> None:
        code = getattr(error, "code", None) or getattr(error, "type", None)
        if error.status_code == 402 or code in _QUOTA or any(word in error.message for word in _QUOTA):
            raise StageError(
                f"The account at {origin_of(self.access.base_url)} has no quota left.",
                "Add credit there and run again; what has been graded is kept.",
            ) from None

    def _handle(self, error: openai.APIStatusError, sent: float, used: int) -> None:
        self._check_quota(error)
        status, where = error.status_code, origin_of(self.access.base_url)
        if status in (401, 403):
            raise StageError(f"The server {where} refuses the key ({status}).", "Enter a valid key for it.") from None
        if status == 404:
            raise StageError(
                f"The server {where} has no model {self.access.model!r} at {self.access.base_url}.",
                "Check judge.model and judge.base_url.",
            ) from None
        if status not in (400, 422):
            self._failed(f"the server failed ({status})", sent)
        if not self._pace.successes and used < len(self._formats) - 1:
            self._format = max(self._format, used + 1)  # perhaps it cannot hold a model to a schema
            return
        reason = f"the server refuses this request ({status}): {error.message[:200]}"
        self._pace.rejections += 1
        if not self._pace.successes:
            self._format = 0
            self._rejected += 1
            if self._rejected >= _REJECTED:
                raise StageError(
                    f"The server {where} refuses every request ({status}): {error.message[:200]}",
                    "Choose another model, or check judge.base_url.",
                ) from None
        raise _HopelessError(reason) from None

    def _highest_price(self, question: Question) -> float:
        """Return what a request costs at most: no token is shorter than a byte."""
        prices, size = self.access.prices, len(question.prompt.encode()) + question.image_tokens
        return prices.of(size + OVERHEAD, self.access.max_tokens) if prices else 0.0

    def _price(self, answer: Any) -> float | None:
        """Return what a request cost; None if the server does not say."""
        prices, usage = self.access.prices, getattr(answer, "usage", None)
        if prices is None:
            return 0.0
        tokens = [getattr(usage, name, None) for name in ("prompt_tokens", "completion_tokens")]
        if not all(isinstance(count, int) and count >= 0 for count in tokens):
            return None
        return prices.of(*tokens)  # type: ignore[arg-type]


def _content_of(choice: Any) -> str:
    """Return the text of an answer that has a message.

    Raises:
        UnusableAnswerError: the model refused, was cut off or said nothing.
    """
    message = getattr(choice, "message", None)
    refusal, content = getattr(message, "refusal", None), getattr(message, "content", None)
    if refusal:
        raise UnusableAnswerError(f"the model refused: {str(refusal)[:120]}")
    reason = getattr(choice, "finish_reason", None)
    if reason == "length":
        raise UnusableAnswerError("the answer was cut off" if content else "thinking took all tokens of the answer")
    if reason == "content_filter":
        raise UnusableAnswerError("a content filter withheld the answer")
    if not isinstance(content, str) or not content.strip():
        raise UnusableAnswerError("the answer is empty")
    return content


async def _all_of(tasks: set[asyncio.Task[None]], look: Callable[[], None]) -> None:
    """Wait for all tasks; what one of them or ``look`` raises is raised at once."""
    waiting: set[asyncio.Task[None]] = set(tasks)
    while waiting:
        look()
        ended, waiting = await asyncio.wait(waiting, timeout=LOOK_SECONDS, return_when=asyncio.FIRST_EXCEPTION)
        for task in ended:
            task.result()


def _cause(error: Exception) -> str:
    """Return the kind of a connection's failure, without a text that could quote the request."""
    return type(error.__cause__ or error).__name__


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
