"""A model's chat template from its files, and the texts that the model gets by it. No Qt, no torch.

A template is a program of somebody else's: whoever asks for the texts says where it is rendered, see
:mod:`studio.services.prompting.rendering`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from studio.services.prompting.rendering import TemplateError
from studio.services.prompting.types import TemplateConversation, TemplateRequest

FILE_LIMIT = 200_000_000
_MARK = "\ue000continued here\ue000"
_IMAGE_TOKENS = ("image_token", "video_token", "start_image_token", "end_image_token", "boi_token", "eoi_token")
_NAMED = ("bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token")
Renderer = Callable[[TemplateRequest], Sequence[str]]
"""Returns the text of each conversation; raises ``TemplateError``."""


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

    def render(self, question: str, beginnings: Sequence[str | None], run: Renderer) -> list[str]:
        """Return the texts for one image and a question, each up to where the model goes on.

        Args:
            question: about the image.
            beginnings: of its answer, one for each text; None: up to where the model begins.
            run: renders the template, all conversations at once.

        Raises:
            TemplateError: the template fails, or loses an answer.
        """
        question = self.literal(question)
        asked: list[TemplateConversation] = []
        for each in beginnings:
            if each is None:
                asked.append(TemplateConversation(question))
            asked.append(TemplateConversation(question, ("#" if each is None else self.literal(each)) + _MARK))
        texts = iter(run(TemplateRequest(self.source, self.named, tuple(asked))))
        found = []
        for each in beginnings:
            if each is None:
                found.append(_opening(next(texts), _up_to_mark(next(texts), "#").removesuffix("#")))
            else:
                found.append(_up_to_mark(next(texts), self.literal(each)))
        return found

    def _pattern(self) -> re.Pattern[str]:
        longest_first = sorted((word for word in self.special if len(word) > 1), key=len, reverse=True)
        return re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")


def _opening(bare: str, opening: str) -> str:
    """Return how a free answer begins: by the generation prompt, or by what stands before an answer that is begun.

    Where an answer that is begun continues other tokens than the generation prompt's, so does the engine: where the
    texts differ, or where white space is added to white space, which becomes one token.
    """
    added = opening.removeprefix(bare) if opening.startswith(bare) else ""
    merges = bare[-1:].isspace() and added[:1].isspace()
    return opening if merges or not opening.startswith(bare) else bare


def _up_to_mark(text: str, beginning: str) -> str:
    before, mark, _after = text.rpartition(_MARK)
    if not mark or not before.endswith(beginning.strip()):
        raise TemplateError("The chat template changes the beginning of an answer.")
    return before


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
