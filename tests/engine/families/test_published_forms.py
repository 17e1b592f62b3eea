"""Our tiny families' chat templates against the published ones that the installed trl keeps for comparison."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from support.tiny import PROMPT
from transformers import AutoTokenizer

PUBLISHED = {
    "qwen2-vl": "qwen2_5_vl",
    "qwen2.5-vl": "qwen2_5_vl",
    "qwen3-vl": "qwen3_vl",
    "smolvlm2": "smolvlm",
    "gemma-3": "gemma3",
    "idefics3": "idefics3",
}
QUESTION: dict[str, Any] = {"role": "user", "content": [{"type": "image"}, {"type": "text", "text": PROMPT.text}]}


def _answer(text: str) -> dict[str, Any]:
    return {"role": "assistant", "content": [{"type": "text", "text": text}]}


@pytest.mark.parametrize("name", sorted(PUBLISHED))
def test_that_a_tiny_familys_chat_template_renders_what_the_published_one_does(
    name: str, family_folder: Callable[[str], Path]
) -> None:
    tokenizer = AutoTokenizer.from_pretrained(family_folder(name))
    ours = (family_folder(name) / "chat_template.jinja").read_text(encoding="utf-8")
    theirs = (files("trl") / "chat_templates" / f"{PUBLISHED[name]}.jinja").read_text(encoding="utf-8")
    whole = [QUESTION, _answer("#Score: 7\n#Explain: The photo is sharp.")]
    for chat, how in (
        ([QUESTION], {"add_generation_prompt": True}),
        ([QUESTION, _answer("#Score: 7\n#Explain:")], {"continue_final_message": True}),
        (whole, {}),
        ([*whole, {"role": "user", "content": [{"type": "text", "text": "Why?"}]}], {"add_generation_prompt": True}),
    ):
        rendered, published = (
            tokenizer.apply_chat_template(chat, chat_template=template, tokenize=False, **how)
            for template in (ours, theirs)
        )
        assert rendered == published
