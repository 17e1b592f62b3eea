"""How the published models cut images, on our tiny weights: what a photograph takes is then what it takes there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from support.families import llava, others, qwen
from support.families.saving import Geometry

PHOTO = (448, 299)
"""A photograph of 3 by 2 after our own preparation."""

_NEXT = Geometry(336, 14, tiles=[(336, 672), (672, 336), (672, 672), (1008, 336), (336, 1008)])
_ONEVISION = Geometry(384, 14, tiles=[(384 * rows, 384 * columns) for rows in range(1, 7) for columns in range(1, 7)])


@dataclass(frozen=True, slots=True)
class Published:
    """One published model's geometry, and how many image tokens ``PHOTO`` takes."""

    make: Callable[[Path, Geometry], Path]
    geometry: Geometry
    tokens: int


PUBLISHED = {
    # 24 x 24 patches of the crop.
    "llava-1.5-7b": Published(llava.llava_1_5, Geometry(336, 14), 576),
    # 27 x 27 patches.
    "llava-interleave-0.5b": Published(llava.llava_interleave, Geometry(384, 14), 729),
    # The whole; of 672 x 336 pixels the 36 columns that are no padding, in 24 lines with a token at their end.
    "llava-v1.6-vicuna-7b": Published(llava.llava_next, _NEXT, 576 + 24 * 37),
    # The whole; of 768 x 384 pixels the 40 columns that are no padding, in 27 lines with a token at their end.
    "llava-onevision": Published(llava.llava_onevision, _ONEVISION, 729 + 27 * 41),
    # 3 x 2 tiles and the whole.
    "internvl3": Published(others.internvl3, Geometry(448, 14, 2, 12), 7 * 256),
    # 448 x 308 pixels, 28 x 28 a token.
    "qwen2-vl": Published(qwen.qwen2_vl, Geometry(3584, 14, 2, least=56), 16 * 11),
    "qwen2.5-vl": Published(qwen.qwen2_5_vl, Geometry(3584, 14, 2, least=56), 16 * 11),
    # 448 x 288 pixels, 32 x 32 a token.
    "qwen3-vl": Published(qwen.qwen3_vl, Geometry(4096, 16, 2, least=256), 14 * 9),
    # 4 x 3 tiles and the whole.
    "smolvlm2-500m": Published(others.smolvlm2, Geometry(512, 16, 4, 4), 13 * 64),
    "smolvlm2-2.2b": Published(others.smolvlm2, Geometry(384, 14, 3, 4), 13 * 81),
    "gemma-3": Published(others.gemma3, Geometry(896, 14, 4), 256),
}
