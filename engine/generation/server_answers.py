"""Have a vLLM server write the explanations of a pair, over HTTP: for many images, or a GPU on another machine.

The server runs the same base model and is given the adapter by its path. Each request is the user's message with the
image, and an answer that begins with the injected score and is continued (``continue_final_message``). Before the first
text is used, two things are checked on the first image: the server's prompt has the very tokens that this program would
use, and the adapter changes what the server answers.

The server needs ``--enable-lora --max-lora-rank RANK`` and VLLM_ALLOW_RUNTIME_LORA_UPDATING=1. Its own API key, if it
has one, is taken from VLLM_API_KEY and sent to this machine's own addresses alone: a project's settings name the
server, and must not be able to send a key elsewhere.
"""

from __future__ import annotations

import base64
import io
import ipaddress
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import openai
from PIL import Image

from engine.batching import prefix_tokens
from engine.cancellation import stop_if_requested
from engine.contract import artifacts
from engine.contract.context import RunContext, StageError
from engine.contract.events import Note
from engine.contract.prompts import answer_prefix
from engine.contract.specs import GenerateSpec
from engine.families import VisionLanguageModel, load_without_weights
from engine.families.lengths import ImageLengths
from engine.families.vlm import UnfitImageError
from engine.generation.answers import Continuation, Sampling

PARALLEL = 32
"""Requests at a time: the server forms its own batches of them."""
TIMEOUT = 600.0
"""Seconds for one answer."""
KEY_VARIABLE = "VLLM_API_KEY"
_HOW = (
    "Start it with: VLLM_ALLOW_RUNTIME_LORA_UPDATING=1 vllm serve MODEL --enable-lora --max-lora-rank RANK, and check "
    "the setting pairs.server."
)


@dataclass(slots=True)
class ServerAnswerer:
    """Explanations by a server, in place of ``batched_answers.LazyAnswerer`` and ``answers.Answerer``.

    Args:
        spec: of the job; ``server`` is the address, such as http://localhost:8000/v1.
        ctx: receives a note about where the images are sent.
    """

    spec: GenerateSpec
    ctx: RunContext
    _ready: _Server | None = field(default=None, init=False)

    def get(self) -> ServerAnswerer:
        """Return the answerer itself: it has what the stage calls."""
        return self

    def batch_size(self) -> int:
        """Return the images at a time: as set, or so many that the server is always busy."""
        return self.spec.batch_size or 2 * PARALLEL

    def computed(self) -> dict[str, int]:
        """Return nothing: the server computes."""
        return {}

    def misfit(self, image: Image.Image, new_tokens: int) -> str | None:
        """Return why the image, or an answer about it, is too long for the model; None if it fits."""
        return self._server().misfit(image, new_tokens)

    def justify(
        self,
        images: Sequence[Image.Image],
        chosen: Sequence[int],
        rejected: Sequence[int],
        sampling: Sampling | None = None,
    ) -> list[tuple[Continuation, Continuation]]:
        """Return each image's explanations for its chosen and its rejected score, as ``Answerer.justify``.

        Raises:
            StageError: the server cannot be reached, refuses a request, or is not the project's model.
        """
        server = self._server()
        addresses = [_data_address(image) for image in images]
        server.check(images[0], addresses[0], chosen[0])
        seeds = sampling.seeds if sampling else [(0, 0)] * len(images)
        temperature = sampling.temperature if sampling else 0.0
        wanted = [
            (address, label, temperature, seed)
            for address, labels, row in zip(addresses, zip(chosen, rejected, strict=True), seeds, strict=True)
            for label, seed in zip(labels, row, strict=True)
        ]
        with ThreadPoolExecutor(PARALLEL, thread_name_prefix="server") as pool:
            texts = list(pool.map(lambda one: self._explain(server, *one), wanted))
        return list(zip(texts[0::2], texts[1::2], strict=True))

    def _explain(self, server: _Server, address: str, label: int, temperature: float, seed: int) -> Continuation:
        stop_if_requested(self.ctx)  # those that are under way are waited for
        return server.explain(address, label, temperature, seed)

    def _server(self) -> _Server:
        if self._ready is None:
            assert self.spec.server is not None
            self._ready = _Server.connect(self.spec, self.spec.server)
            text = f"The texts are written by the server {self.spec.server}; the images are sent there."
            if not self.ctx.rank:
                self.ctx.emit(Note("info", "server", text))
        return self._ready


@dataclass(slots=True)
class _Server:
    """A connected server.

    Attributes:
        vlm: without weights.
        text: tokens of prompt and injected beginning.
        base, model: the server's names of the base model and of the version.
        limit: positions that it has.
    """

    client: openai.OpenAI
    spec: GenerateSpec
    vlm: VisionLanguageModel
    lengths: ImageLengths
    text: int
    base: str
    model: str
    limit: int
    checked: bool = False

    @classmethod
    def connect(cls, spec: GenerateSpec, address: str) -> _Server:
        http = openai.DefaultHttpxClient(follow_redirects=False)  # images go to one address alone
        client = openai.OpenAI(
            base_url=address, api_key=_key_for(address), timeout=TIMEOUT, max_retries=3, http_client=http
        )
        vlm = load_without_weights(spec.model)
        cards = _asked(address, lambda: list(client.models.list()))
        base = _base_among(cards, spec.model.base, address)
        limit = min(vlm.limits.max_length, getattr(base, "max_model_len", None) or vlm.limits.max_length)
        model = base.id if spec.model.adapter is None else _with_adapter(client, address, cards, spec.model.adapter)
        text = prefix_tokens(vlm, spec.prompt)
        return cls(client, spec, vlm, ImageLengths(vlm), text, base.id, model, limit)

    def misfit(self, image: Image.Image, new_tokens: int) -> str | None:
        try:
            length = self.lengths.tokens(image.size) + self.text + new_tokens
        except UnfitImageError as error:
            return error.reason
        if length <= self.limit:
            return None
        return (
            f"image ({image.width} x {image.height} pixels), prompt and {new_tokens} new tokens take {length} "
            f"positions; the server has {self.limit}"
        )

    def check(self, image: Image.Image, address: str, label: int) -> None:
        """Check once that the server sees our tokens, and that the adapter changes its answer.

        Raises:
            StageError: it does not.
        """
        if self.checked:
            return
        text = self.vlm.chat_text(self.spec.prompt.text, self._beginning(label))
        own = self.vlm.encode([image], [text])["input_ids"][0].tolist()
        found = self._request(address, label, 0.0, 0, model=self.model, tokens=1, first=True)
        _first(found, self.spec.server)
        theirs = _extra(found, "prompt_token_ids")
        if theirs is None:
            raise StageError(f"The server {self.spec.server} does not return the tokens of its prompt.", _HOW)
        if list(theirs) != own:
            raise StageError(
                f"The server {self.spec.server} does not see the prompt that this program would use: "
                f"{_difference(self.vlm, own, theirs)}.",
                "Let it serve the project's base model with the chat template of that model.",
            )
        if self.model != self.base:
            bare = self._request(address, label, 0.0, 0, model=self.base, tokens=1, first=True)
            if _first_logprobs(found) == _first_logprobs(bare):
                raise StageError(
                    f"The server {self.spec.server} answers the same with and without the adapter "
                    f"{self.spec.model.adapter}.",
                    "Check in the server's log whether the adapter was loaded.",
                )
        self.checked = True

    def explain(self, address: str, label: int, temperature: float, seed: int) -> Continuation:
        """Return the text that continues the answer with this score."""
        found = self._request(
            address, label, temperature, seed, model=self.model, tokens=self.spec.max_new_tokens, first=False
        )
        choice = _first(found, self.spec.server)
        ids = _extra(choice, "token_ids")
        if ids is None or choice.finish_reason not in ("stop", "length"):
            raise StageError(
                f"The server {self.spec.server} has sent an answer that cannot be used: {choice.finish_reason}.", _HOW
            )
        text = str(self.vlm.tokenizer.decode(list(ids), skip_special_tokens=True))
        return Continuation(text, truncated=choice.finish_reason == "length", tokens=len(ids))

    def _request(
        self, address: str, label: int, temperature: float, seed: int, *, model: str, tokens: int, first: bool
    ) -> Any:
        prompt, beginning = self.vlm.literal(self.spec.prompt.text), self.vlm.literal(self._beginning(label))
        question = [{"type": "image_url", "image_url": {"url": address}}, {"type": "text", "text": prompt}]
        answer = [{"type": "text", "text": beginning}]
        extra = {
            "add_generation_prompt": False,
            "continue_final_message": True,
            "add_special_tokens": self.vlm.adds_special_tokens(self.vlm.chat_text(prompt, beginning)),
            "return_token_ids": True,
            "repetition_penalty": 1.0,
            "top_k": 0,
            "min_p": 0.0,
        }
        messages: Any = [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]
        more: dict[str, Any] = {"logprobs": True, "top_logprobs": 5} if first else {}
        return _asked(
            str(self.spec.server),
            lambda: self.client.chat.completions.create(
                model=model,
                messages=messages,
                max_tokens=tokens,
                temperature=temperature,
                top_p=1.0,
                seed=seed % 2**31,
                extra_body=extra,
                **more,
            ),
        )

    def _beginning(self, label: int) -> str:
        prompt = self.spec.prompt
        return answer_prefix(label, score_tag=prompt.score_tag, explain_tag=prompt.explain_tag)


def _key_for(address: str) -> str:
    host = urlsplit(address).hostname or ""
    try:
        local = ipaddress.ip_address(host).is_loopback
    except ValueError:
        local = host == "localhost"
    return (os.environ.get(KEY_VARIABLE) if local else None) or "none"


def _asked(address: str, ask: Callable[[], Any]) -> Any:
    """Return the server's answer.

    Raises:
        StageError: it cannot be reached, or refuses.
    """
    try:
        return ask()
    except openai.APIConnectionError as error:  # also a timeout
        raise StageError(f"The server {address} cannot be reached: {error.__cause__ or error}.", _HOW) from error
    except openai.APIStatusError as error:
        raise StageError(
            f"The server {address} refuses a request ({error.status_code}): {error.message}", _HOW
        ) from error


def _base_among(cards: Sequence[Any], base: str, address: str) -> Any:
    """Return the server's base model that is the project's: of the same path or name, or the same last part of it."""
    bases = [card for card in cards if not getattr(card, "parent", None)]
    names = {base.rstrip("/"), Path(base).name.lower()}
    for card in bases:
        own = {str(name).rstrip("/") for name in (card.id, getattr(card, "root", None)) if name}
        if names & (own | {Path(name).name.lower() for name in own}):
            return card
    served = ", ".join(card.id for card in bases) or "no model"
    raise StageError(f"The server {address} has {served}, not {base}.", _HOW)


def _with_adapter(client: openai.OpenAI, address: str, cards: Sequence[Any], adapter: str) -> str:
    """Return the server's name of the adapter, which is loaded there if it is not yet: by its contents."""
    name = f"score-studio-{artifacts.digest(Path(adapter))[:16]}"
    if name not in {card.id for card in cards}:
        body = {"lora_name": name, "lora_path": str(Path(adapter).resolve())}
        try:
            _asked(address, lambda: client.post("/load_lora_adapter", body=body, cast_to=str))
        except StageError:  # another process of the job may have loaded it meanwhile
            if name not in {card.id for card in _asked(address, lambda: list(client.models.list()))}:
                raise
    return name


def _data_address(image: Image.Image) -> str:
    """Return the image as a data address; PNG, so that the server sees the same pixels."""
    file = io.BytesIO()
    image.save(file, "PNG", compress_level=1)
    return f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"


def _first(answer: Any, address: str | None) -> Any:
    """Return the first choice.

    Raises:
        StageError: there is none.
    """
    choices = getattr(answer, "choices", None)
    if not isinstance(choices, list) or not choices or choices[0] is None:
        raise StageError(f"The server {address} has sent something that is no answer of vLLM.", _HOW)
    return choices[0]


def _extra(answer: Any, name: str) -> Any:
    """Return a field that vLLM adds to OpenAI's answer."""
    return (answer.model_extra or {}).get(name)


def _first_logprobs(answer: Any) -> list[tuple[str, float]]:
    content = answer.choices[0].logprobs.content
    return [(one.token, one.logprob) for one in content[0].top_logprobs]


def _difference(vlm: VisionLanguageModel, own: Sequence[int], theirs: Sequence[int]) -> str:
    place = next((i for i, (a, b) in enumerate(zip(own, theirs, strict=False)) if a != b), min(len(own), len(theirs)))
    here, there = (vlm.tokenizer.decode(list(ids[place : place + 8])) for ids in (own, theirs))
    return f"{len(theirs)} tokens instead of {len(own)}, and from token {place} {there!r} instead of {here!r}"
