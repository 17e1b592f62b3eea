"""The length in tokens of a chat with an image, computed from the image's size alone. No file access."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from PIL import Image

from engine.families.vlm import UnfitImageError, VisionLanguageModel

Size = tuple[int, int]
"""Width and height in pixels, after the project's own resizing and before the processor's."""

_PROBES: tuple[Size, ...] = ((448, 299), (299, 448), (448, 448), (448, 100), (20, 30))


@dataclass(slots=True)
class ImageLengths:
    """Count the tokens that an image adds to its chat.

    The processor's own count is used if it agrees with the processor's output for five blank images; some families do
    not count the tokens around the image's, and some have no count. In that case a blank image of each size is
    processed.
    """

    vlm: VisionLanguageModel
    _known: dict[Size, int] = field(default_factory=dict, init=False)
    _offset: int | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        """Compare the processor's count with its output."""
        own = self._own_count()
        if own is None:
            return
        differences = {self._measured(size) - count for size, count in zip(_PROBES, own(_PROBES), strict=True)}
        if len(differences) == 1:
            self._offset = differences.pop()

    def tokens(self, size: Size) -> int:
        """Return the number of tokens that an image of this size adds.

        Raises:
            UnfitImageError: the family's processor does not accept an image of this shape.
        """
        if size not in self._known:
            try:
                self._known[size] = self._measured(size) if self._offset is None else self._counted(size) + self._offset
            except ValueError as error:
                raise UnfitImageError([size], error) from error
        return self._known[size]

    def longest(self, longest_side: int) -> tuple[int, Size]:
        """Return the most tokens, and the size, of an image of at most this side in common aspect ratios."""
        sides = [max(1, round(longest_side * part)) for part in (1.0, 0.9, 0.75, 2 / 3, 9 / 16, 0.5, 0.4, 0.33)]
        sizes = [size for side in sides for size in ((longest_side, side), (side, longest_side))]
        return max((self.tokens(size), size) for size in sizes)

    def patches(self, size: Size) -> int:
        """Return the number of vision tower positions that an image of this size occupies."""
        batch = self.vlm.encode([Image.new("RGB", size)], [self.vlm.chat_text("x")])
        pixels: torch.Tensor = batch["pixel_values"]
        if pixels.ndim < 4:  # The processor has already cut the image into patches.
            return int(pixels.shape[0]) if pixels.ndim == 2 else int(pixels.shape[0] * pixels.shape[1])
        patch = self.vlm.model.config.vision_config.to_dict().get("patch_size", 14)
        side = int(patch[0] if isinstance(patch, list | tuple) else patch)
        tiles = pixels.numel() // (pixels.shape[-3] * pixels.shape[-2] * pixels.shape[-1])
        return tiles * (pixels.shape[-2] // side) * (pixels.shape[-1] // side)

    def _measured(self, size: Size) -> int:
        text = self.vlm.chat_text("x")
        ids = self.vlm.encode([Image.new("RGB", size)], [text])["input_ids"]
        return int(ids.shape[1]) - len(self.vlm.token_ids(text))

    def _counted(self, size: Size) -> int:
        own = self._own_count()
        assert own is not None
        return own([size])[0]

    def _own_count(self) -> Callable[[Sequence[Size]], list[int]] | None:
        name = "_get_num_multimodal_tokens"
        if not hasattr(type(self.vlm.processor), name):
            return None
        count: Any = getattr(self.vlm.processor, name)
        try:
            count(image_sizes=[(1, 1)])
        except (TypeError, AttributeError, KeyError, ValueError, ZeroDivisionError):
            return None  # SigLIP's image processor has no crop size, which LLaVA's count requires.
        return lambda sizes: list(count(image_sizes=[(height, width) for width, height in sizes]).num_image_tokens)
