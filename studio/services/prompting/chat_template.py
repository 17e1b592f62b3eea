"""Render a model's chat template from its files, as its processor does. No Qt, no torch.

A template is a program of somebody else's: it runs in Jinja's sandbox, sees the messages alone, may neither multiply
texts nor take longer than a moment, and is not shown if it fails.
"""

from __future__ import annotations

import datetime
import json
import re
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

FILE_LIMIT = 200_000_000
LARGEST = 1000
"""Numbers that a template may multiply are smaller."""
SECONDS = 2.0
_MARK = "\ue000continued here\ue000"
_IMAGE_TOKENS = ("image_token", "video_token", "start_image_token", "end_image_token", "boi_token", "eoi_token")
_NAMED = ("bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token")


class TemplateError(ValueError):
    """A model's chat template cannot be read or rendered."""


@dataclass(frozen=True, slots=True)
class ChatTemplate:
    """A model's chat template, with the tokens that it may use by name and those that mean something to the model."""

    source: str
    named: Mapping[str, str] = field(default_factory=dict)
    special: tuple[str, ...] = ()
    image_mark: str = ""

    def literal(self, text: str) -> str:
        """Return a text whose special tokens are broken by a space, as the engine does: they are only text then."""
        return self._pattern().sub(lambda found: f"{found[0][0]} {found[0][1:]}", text)

    def special_in(self, text: str) -> tuple[str, ...]:
        """Return the special tokens of a text, each once, in their order."""
        return tuple(dict.fromkeys(self._pattern().findall(text)))

    def render(self, question: str, beginning: str | None = None) -> str:
        """Return the text for one image and a question, up to where the model begins, or goes on with an answer.

        Raises:
            TemplateError: the template fails, or loses the answer.
        """
        question = self.literal(question)
        if beginning is not None:
            return self._continued(question, self.literal(beginning))
        bare = self._rendered([_question(question)], add_generation_prompt=True)
        opening = self._continued(question, "#").removesuffix("#")
        # Where an answer that is begun continues other tokens than the generation prompt's, so does the engine: where
        # the texts differ, or where white space is added to white space, which becomes one token.
        added = opening.removeprefix(bare) if opening.startswith(bare) else ""
        merges = bare[-1:].isspace() and added[:1].isspace()
        return opening if merges or not opening.startswith(bare) else bare

    def _continued(self, question: str, beginning: str) -> str:
        text = self._rendered([_question(question), _message("assistant", beginning + _MARK)])
        before, mark, _after = text.rpartition(_MARK)
        if not mark or not before.endswith(beginning.strip()):
            raise TemplateError("The chat template changes the beginning of an answer.")
        return before

    def _rendered(self, messages: list[dict[str, Any]], *, add_generation_prompt: bool = False) -> str:
        from jinja2 import TemplateError as JinjaError
        from jinja2.ext import Extension, loopcontrols
        from jinja2.sandbox import ImmutableSandboxedEnvironment

        class Rules(ImmutableSandboxedEnvironment):
            """A sandbox in which nothing small becomes large: products and powers are of small numbers only."""

            intercepted_binops = frozenset(("*", "**"))

            def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
                if not all(isinstance(value, int | float) and abs(value) < LARGEST for value in (left, right)):
                    raise JinjaError("the template multiplies what is no small number")
                return super().call_binop(context, operator, left, right)

        class Generation(Extension):
            """``{% generation %}`` marks answers for training; here it shows what is in it."""

            def __init__(self, environment: Any) -> None:
                super().__init__(environment)
                self.tags = {"generation"}

            def parse(self, parser: Any) -> Any:
                next(parser.stream)
                return parser.parse_statements(("name:endgeneration",), drop_needle=True)

        def raise_exception(message: str) -> None:
            raise JinjaError(message)

        rules = Rules(trim_blocks=True, lstrip_blocks=True, extensions=[Generation, loopcontrols])
        rules.filters["tojson"] = _to_json
        rules.globals["raise_exception"] = raise_exception
        rules.globals["strftime_now"] = lambda form: datetime.datetime.now().strftime(form)
        given = {"messages": messages, "tools": None, "documents": None, **self.named}
        try:
            with _time_limit(SECONDS):
                return rules.from_string(self.source).render(**given, add_generation_prompt=add_generation_prompt)
        except Exception as error:  # whatever a template does wrong
            raise TemplateError(f"The chat template cannot be rendered: {error}") from error

    def _pattern(self) -> re.Pattern[str]:
        longest_first = sorted((word for word in self.special if len(word) > 1), key=len, reverse=True)
        return re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")


@contextmanager
def _time_limit(seconds: float) -> Iterator[None]:
    """Inside the block, Python code of this thread that runs for longer raises TimeoutError: also an endless loop."""
    end, before = time.monotonic() + seconds, sys.gettrace()

    def look(_frame: FrameType, _event: str, _value: object) -> Any:
        if time.monotonic() > end:
            raise TimeoutError(f"it takes longer than {seconds:g} seconds")
        return look

    sys.settrace(look)
    try:
        yield
    finally:
        sys.settrace(before)


def read_chat_template(folder: Path) -> ChatTemplate:
    """Return the chat template in a model's folder: the processor's own, or that of its tokenizer.

    Raises:
        TemplateError: there is none, or a file cannot be read.
    """
    tokenizer = _json(folder / "tokenizer_config.json")
    processor = _json(folder / "processor_config.json")
    source = _source(folder, tokenizer, processor)
    if source is None:
        raise TemplateError("The model's folder has no chat template.")
    named = {name: text for name in _NAMED if (text := _token(tokenizer.get(name)))}
    named |= {name: text for name, text in _map(_json(folder / "special_tokens_map.json")).items() if name in _NAMED}
    images = [text for name in _IMAGE_TOKENS for where in (processor, tokenizer) if (text := _token(where.get(name)))]
    special = [*named.values(), *images, *_added(folder, tokenizer)]
    return ChatTemplate(source, named, tuple(dict.fromkeys(special)), images[0] if images else "")


def _source(folder: Path, tokenizer: Mapping[str, Any], processor: Mapping[str, Any]) -> str | None:
    file = folder / "chat_template.jinja"
    if file.is_file():
        return _text(file)
    places = (_json(folder / "chat_template.json"), processor, tokenizer)
    for found in (place.get("chat_template") for place in places):
        if isinstance(found, list):  # several by name
            found = next((each.get("template") for each in found if each.get("name") == "default"), None)
        if isinstance(found, str):
            return found
    return None


def _added(folder: Path, tokenizer: Mapping[str, Any]) -> list[str]:
    kept = _json(folder / "tokenizer.json").get("added_tokens") or []
    listed = [*kept, *(tokenizer.get("added_tokens_decoder") or {}).values()]
    more = tokenizer.get("additional_special_tokens") or tokenizer.get("extra_special_tokens") or []
    extra = [*more.values()] if isinstance(more, dict) else [*more]
    return [str(each["content"]) for each in listed if each.get("special")] + [
        text for e in extra if (text := _token(e))
    ]


def _map(tree: Mapping[str, Any]) -> dict[str, str]:
    return {name: text for name, value in tree.items() if (text := _token(value))}


def _token(value: object) -> str:
    """Return a token's text, which is written plainly or as a table with its properties; "" if it is neither."""
    if isinstance(value, dict):
        value = value.get("content")
    return value if isinstance(value, str) else ""


def _json(file: Path) -> dict[str, Any]:
    if not file.is_file():
        return {}
    try:
        found = json.loads(_text(file))
    except ValueError as error:
        raise TemplateError(f"{file.name} is not JSON: {error}") from error
    return found if isinstance(found, dict) else {}


def _text(file: Path) -> str:
    try:
        if file.stat().st_size > FILE_LIMIT:
            raise TemplateError(f"{file.name} is too large.")
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise TemplateError(f"{file.name} cannot be read: {error}") from error


def _to_json(value: Any, **options: Any) -> str:
    return json.dumps(value, ensure_ascii=False, **{key: options[key] for key in ("indent",) if key in options})


def _question(text: str) -> dict[str, Any]:
    return {"role": "user", "content": [{"type": "image"}, {"type": "text", "text": text}]}


def _message(role: str, text: str) -> dict[str, Any]:
    return {"role": role, "content": [{"type": "text", "text": text}]}
