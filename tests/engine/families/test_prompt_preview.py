"""The prompt that the window shows is the text that the engine gives to the model, in every family."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from support.families.table import ALL
from support.tiny import PROMPT

from engine.contract.specs import ModelSpec
from engine.families import load
from engine.families.internvl2 import native_folder
from studio.services.prompting.chat_template import read_chat_template
from studio.services.prompting.rendering import render_conversations

ANSWER = "#Score: 7\n#Explain:"
HOSTILE = "Rate it. {braces} & <b>"


@pytest.mark.parametrize("name", sorted(ALL))
def test_that_the_text_shown_is_the_text_that_the_model_gets(name: str, family_folder: Callable[[str], Path]) -> None:
    folder = family_folder(name)
    vlm = load(ModelSpec(str(folder), device="cpu", dtype="float32", threads=1))
    shown = read_chat_template(native_folder(folder))
    specials = [str(token) for token in vlm.tokenizer.added_tokens_decoder.values() if token.special]
    for question in (PROMPT.text, HOSTILE, f"a {shown.image_mark} b {' '.join(specials[:5])}", " spaced "):
        assert shown.literal(question) == vlm.literal(question)
        texts = shown.render(question, (None, ANSWER), render_conversations)
        assert texts == [vlm.chat_text(question), vlm.chat_text(question, ANSWER)]
