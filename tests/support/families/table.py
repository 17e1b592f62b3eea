"""Every tiny family with what its prompt and its image must come out as, written down by hand.

The picture of all tests is 60 x 40 pixels.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from support.families import internvl2, llava, others, qwen, unlisted

SIZE = (60, 40)


@dataclass(frozen=True, slots=True)
class Tiny:
    """One family.

    Attributes:
        make: saves it in a folder.
        before, after: the rendered chat around the user's text, up to the role of the one who answers.
        answer: what stands between ``after`` and a begun answer.
        prompt_end: what follows ``after`` in the template's generation prompt.
        opens_turn: the bare prompt ends with ``answer`` instead, as the template opens an answer's turn.
        image_token: the token that stands for the image's features.
        image_tokens: how many of them the picture takes.
    """

    make: Callable[[Path], Path]
    before: str
    after: str
    answer: str
    image_token: str
    image_tokens: int
    prompt_end: str = ""
    opens_turn: bool = False


_SYSTEM = "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n"
_QWEN_IMAGE = "<|im_start|>user\n<|vision_start|><|image_pad|><|vision_end|>"
_QWEN_AFTER = "<|im_end|>\n<|im_start|>assistant\n"
_INTERN = ("<|im_start|>user\n<IMG_CONTEXT>\n", _QWEN_AFTER, "", "<IMG_CONTEXT>")

FAMILIES = {
    # 3 x 3 patches of the crop.
    "llava-1.5": Tiny(llava.llava_1_5, "USER: <image>\n", " ASSISTANT:", " ", "<image>", 9),
    # As a whole 9; of its four tiles the 6 x 4 patches that are no padding, and a token at the end of each line.
    "llava-next": Tiny(llava.llava_next, "USER: <image>\n", " ASSISTANT:", " ", "<image>", 37),
    "llava-interleave": Tiny(
        llava.llava_interleave,
        "<|im_start|>user\n<image>\n",
        "<|im_end|>\n<|im_start|>assistant",
        "\n\n",
        "<image>",
        9,
        "\n",
        opens_turn=True,
    ),
    "llava-onevision": Tiny(
        llava.llava_onevision,
        "<|im_start|>user <image>\n",
        "<|im_end|><|im_start|>assistant",
        " \n",
        "<image>",
        37,
        "\n",
        opens_turn=True,
    ),
    # 3 x 2 tiles and the whole, 4 tokens each.
    # The same tiles; in the layout of its authors, converted when it is loaded.
    "internvl2": Tiny(
        internvl2.make,
        "<s><|im_start|>system\n你是由上海人工智能实验室联合商汤科技开发的书生多模态大模型，英文名叫InternVL, "
        "是一个有用无害的人工智能助手。<|im_end|><|im_start|>user\n<IMG_CONTEXT>\n",
        "<|im_end|><|im_start|>assistant\n",
        "",
        "<IMG_CONTEXT>",
        28,
    ),
    "internvl3": Tiny(others.internvl3, *_INTERN, 28),
    "internvl3.5": Tiny(others.internvl3_5, *_INTERN, 28),
    # 56 x 32 pixels, 8 x 8 a token.
    "qwen2-vl": Tiny(qwen.qwen2_vl, _SYSTEM + _QWEN_IMAGE, _QWEN_AFTER, "", "<|image_pad|>", 28),
    "qwen2.5-vl": Tiny(qwen.qwen2_5_vl, _SYSTEM + _QWEN_IMAGE, _QWEN_AFTER, "", "<|image_pad|>", 28),
    "qwen3-vl": Tiny(qwen.qwen3_vl, _QWEN_IMAGE, _QWEN_AFTER, "", "<|image_pad|>", 28),
    # 2 x 2 tiles and the whole, 4 tokens each.
    "smolvlm2": Tiny(others.smolvlm2, "<|im_start|>User:<image>", "<end_of_utterance>\nAssistant:", " ", "<image>", 20),
    "gemma-3": Tiny(
        others.gemma3,
        "<bos><start_of_turn>user\n<start_of_image>",
        "<end_of_turn>\n<start_of_turn>model\n",
        "",
        "<image_soft_token>",
        4,
    ),
}

UNLISTED = {
    # 2 x 2 tiles and the whole, 4 tokens each.
    "idefics3": Tiny(
        unlisted.idefics3, "<|begin_of_text|>User:<image>", "<end_of_utterance>\nAssistant:", " ", "<image>", 20
    ),
}
"""Types that the engine's table does not know."""

ALL = FAMILIES | UNLISTED
