"""The model of a stage that answers about images: loaded on first use, with as many images at once as fit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image

from engine.contract import batching_record
from engine.contract.context import RunContext
from engine.contract.oom import translate_oom
from engine.contract.specs import GenerateSpec, PredictSpec, RereadSpec, SuggestSpec

if TYPE_CHECKING:
    from engine.families.lengths import ImageLengths
    from engine.generation.answers import Answerer


_SMALLER = "Choose a smaller model or dtype, or close what else uses the memory; then resume."


@dataclass(slots=True)
class LazyAnswerer:
    """Loads the model and its libraries on first use: a finished job needs neither."""

    spec: GenerateSpec | PredictSpec | RereadSpec | SuggestSpec
    ctx: RunContext
    _answerer: Answerer | None = None
    _lengths: ImageLengths | None = None
    _text: int = 0

    def get(self) -> Answerer:
        """Return the loaded model with its prompt.

        Raises:
            StageError: the model cannot be used, or does not fit into memory.
        """
        if self._answerer is None:
            from engine.families import adapters
            from engine.generation.answers import Answerer
            from engine.model_loading import keep_vision, load_model

            spec = self.spec
            with translate_oom(f"the model {spec.model.base}", "Choose a smaller model or dtype."):
                vlm = load_model(spec.model, self.ctx)
                adapters.fold(vlm)
            keep_vision(vlm, spec.vision, spec.image, self.ctx)
            self._answerer = Answerer.make(vlm, spec.prompt, spec.max_new_tokens)
        return self._answerer

    def computed(self) -> dict[str, int]:
        """Return what this process has computed, for a stage's result.

        prefix_tokens: of image and prompt; vision_passes: images through the vision tower, if their features are kept.
        """
        if self._answerer is None:
            return {}
        found, vision = {"prefix_tokens": self._answerer.prefix_tokens}, self._answerer.vlm.vision
        return found if vision is None else found | {"vision_passes": vision.passes}

    def batch_size(self) -> int:
        """Return the number of images at a time: as set, as chosen earlier for this job, or chosen now."""
        kept = batching_record.stored(self.ctx.folder)
        size = self.spec.batch_size if kept is None else kept.batch
        if size is not None:
            return size
        if isinstance(self.spec, SuggestSpec):
            raise TypeError("a spec of suggestions has a batch size")
        from engine.batching import sized_for_answers

        return sized_for_answers(self.spec, self.get().vlm, self.ctx).batch

    def misfit(self, image: Image.Image, new_tokens: int) -> str | None:
        """Return why the image, or an answer about it, is too long for the model; None if it fits. Never cuts."""
        from engine.families.vlm import UnfitImageError

        vlm = self.get().vlm
        if self._lengths is None:
            from engine.batching import prefix_tokens
            from engine.families.lengths import ImageLengths

            self._lengths, self._text = ImageLengths(vlm), prefix_tokens(vlm, self.spec.prompt)
        try:
            length = self._lengths.tokens(image.size) + self._text + new_tokens
        except UnfitImageError as error:
            return error.reason
        limit = vlm.limits.max_length
        if length <= limit:
            return None
        return (
            f"image ({image.width} x {image.height} pixels), prompt and {new_tokens} new tokens take {length} "
            f"positions; the model has {limit}"
        )
