"""How long a chat with an image is, from the image's size alone. Knows no file and no stage."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from PIL import Image

from engine.families.vlm import UnfitImageError, VisionLanguageModel

Size = tuple[int, int]
"""Width and height in pixels, after our own preparation and before the processor's."""

_PROBES: tuple[Size, ...] = ((448, 299), (299, 448), (448, 448), (448, 100), (20, 30))


@dataclass(slots=True)
class ImageLengths:
    """Counts the tokens that an image adds to its chat's own.

    The processor's own count is used where it agrees with what the processor makes of five blank images; some families
    leave out the tokens around the image's, and some have no count. Then a blank image of each size goes through it.
    """

    vlm: VisionLanguageModel
    _known: dict[Size, int] = field(default_factory=dict, init=False)
    _offset: int | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        """Compare the processor's count with its work."""
        own = self._own_count()
        if own is None:
            return
        differences = {self._tried(size) - count for size, count in zip(_PROBES, own(_PROBES), strict=True)}
        if len(differences) == 1:
            self._offset = differences.pop()

    def tokens(self, size: Size) -> int:
        """Tokens that an image of this size adds.

        Raises:
            UnfitImageError: the family's processor takes no image of this shape.
        """
        if size not in self._known:
            try:
                self._known[size] = self._tried(size) if self._offset is None else self._counted(size) + self._offset
            except ValueError as error:
                raise UnfitImageError([size], error) from error
        return self._known[size]

    def longest(self, longest_side: int) -> tuple[int, Size]:
        """The most tokens that an image of at most this side adds, among the shapes that photographs have."""
        sides = [max(1, round(longest_side * part)) for part in (1.0, 0.9, 0.75, 2 / 3, 9 / 16, 0.5, 0.4, 0.33)]
        sizes = [size for side in sides for size in ((longest_side, side), (side, longest_side))]
        return max((self.tokens(size), size) for size in sizes)

    def patches(self, size: Size) -> int:
        """Positions of the vision tower that an image of this size takes."""
        batch = self.vlm.encode([Image.new("RGB", size)], [self.vlm.chat_text("x")])
        pixels: torch.Tensor = batch["pixel_values"]
        if pixels.ndim < 4:  # The processor has cut it into patches already.
            return int(pixels.shape[0]) if pixels.ndim == 2 else int(pixels.shape[0] * pixels.shape[1])
        patch = self.vlm.model.config.vision_config.to_dict().get("patch_size", 14)
        side = int(patch[0] if isinstance(patch, list | tuple) else patch)
        tiles = pixels.numel() // (pixels.shape[-3] * pixels.shape[-2] * pixels.shape[-1])
        return tiles * (pixels.shape[-2] // side) * (pixels.shape[-1] // side)

    def _tried(self, size: Size) -> int:
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
            return None  # SigLIP's image processor has no crop, which LLaVA's count asks for.
        return lambda sizes: list(count(image_sizes=[(height, width) for width, height in sizes]).num_image_tokens)
