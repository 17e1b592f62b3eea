"""What the language model sees of an image, computed once: the vision tower and its projector are never trained.

An image's features do not depend on the adapter, the prompt or the answer, so one pass of the vision tower serves every
iteration. The tower runs on one image at a time: its result is then the same in whatever batch the image is needed.
Models without transformers' ``mm_encoder_outputs`` keep computing it.
"""

from __future__ import annotations

import dataclasses
import hashlib
import inspect
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import torch
import transformers
from PIL import Image
from torch.nn import functional

from engine.contract.memory import in_gb
from engine.contract.oom import exhausted
from engine.families.registry import GENERIC, family_of
from engine.families.vision_store import Tensors, VisionStore, size_of

if TYPE_CHECKING:
    from engine.families.vlm import VisionLanguageModel

Report = Callable[[str, str], None]
"""Receives the code and the text of a note."""

_SAMPLE = 65_536
"""Values of each weight that its fingerprint is made of."""
_NOT_OF_IMAGES = ("text_config", "_name_or_path", "transformers_version")
"""What a model's configuration says of other things than its images."""
_MISFITS = (ValueError, TypeError, RuntimeError, IndexError, KeyError, AttributeError, StopIteration)
"""Errors of a model whose code does not expect kept features."""
_TOLERANCE = {torch.float32: 1e-4, torch.float16: 0.02, torch.bfloat16: 0.1}
"""Largest difference of the last hidden state, relative to its size, that is rounding."""


@dataclass(frozen=True, slots=True)
class ImageFile:
    """An image that is opened only if its features are not known: ``open`` returns it, prepared as always."""

    path: str
    open: Callable[[], Image.Image]


@dataclass(frozen=True, slots=True)
class _Splice:
    """How an image changes the tokens of its chat: ``tokens`` replace the last ``removed`` ones of ``plain``.

    ``plain`` is the beginning of the chat as the tokenizer gives it, up to what stands for the image.
    """

    plain: tuple[int, ...]
    removed: int
    tokens: tuple[int, ...]

    @property
    def start(self) -> int:
        """The place of the first token of the image."""
        return len(self.plain) - self.removed


@dataclass(frozen=True, slots=True)
class _Seen:
    """One image as the language model receives it.

    Attributes:
        splice: its tokens.
        per_token: other inputs with one value for each of these tokens; zero for the text.
        inputs: inputs with one row for each image, such as the number of its patches.
        features: the tower's output behind the projector, by name; see ``_flat``.
    """

    splice: _Splice
    per_token: Tensors
    inputs: Tensors
    features: Tensors


class VisionFeatures:
    """Prepares the inputs of a model from kept features.

    Args:
        vlm: the model; its vision tower is frozen.
        store: where they are kept.
        images: how many images the project has, for the choice between features and pixels.
        report: receives what the user should know.

    Attributes:
        passes: images that the vision tower has processed.
    """

    def __init__(self, vlm: VisionLanguageModel, store: VisionStore, images: int, report: Report) -> None:
        self.passes = 0
        self._vlm = vlm
        self._store = store
        self._images = images
        self._report = report
        self._begun = False
        self._off = False
        self._full = False
        self._keeps_pixels = False
        self._note: str | None = None
        self._keys: dict[str, str] = {}

    @property
    def keeps(self) -> bool:
        """Return whether all features are kept, so that images need not be opened again."""
        return not self._off and not self._full

    def has_read(self, path: str) -> bool:
        """Return whether a file's features are kept, so that it is not opened again."""
        return path in self._keys and self.keeps

    def inputs(self, images: Sequence[Image.Image | ImageFile], texts: Sequence[str]) -> dict[str, Any]:
        """Return the model inputs of ``VisionLanguageModel.encode``, with the tower's output instead of pixels.

        A file is read once in this object's life, and must not change meanwhile.

        Raises:
            UnfitImageError: an image of a shape that the family's processor rejects.
        """
        if not self._begun:
            self._begin(_opened(images[0]), texts[0])
        if self._off:
            self.passes += len(images)
            return dict(self._vlm.encode(opened(images), texts))
        return self._assemble(images, texts)

    def _assemble(self, images: Sequence[Image.Image | ImageFile], texts: Sequence[str]) -> dict[str, Any]:
        keys: list[str] = []
        found: dict[str, _Seen] = {}
        for image, text in zip(images, texts, strict=True):
            key, picture = self._key(image)
            keys.append(key)
            if key not in found:
                found[key] = self._seen(key, text, image if picture is None else picture)
        return self._batch([found[key] for key in keys], texts)

    def _batch(self, seen: Sequence[_Seen], texts: Sequence[str]) -> dict[str, Any]:
        """Return the inputs of chats with these images."""
        rows = [_spliced(self._vlm.token_ids(text), each) for text, each in zip(texts, seen, strict=True)]
        length = max(len(row["input_ids"]) for row in rows)
        padding = {"input_ids": self._vlm.tokenizer.pad_token_id or 0}
        batch: dict[str, Any] = {
            name: torch.stack([_left_padded(row[name], length, padding.get(name, 0)) for row in rows])
            for name in rows[0]
        }
        batch |= {name: torch.cat([each.inputs[name] for each in seen]) for name in seen[0].inputs}
        batch = {name: value.to(self._vlm.device) for name, value in batch.items()}
        return batch | {"mm_encoder_outputs": {"image": self._output([each.features for each in seen])}}

    def _output(self, features: Sequence[Tensors]) -> SimpleNamespace:
        """Return what ``get_image_features`` returns for a batch.

        No ModelOutput: what moves batches between devices makes a new one and loses the fields of a family's own.
        """
        parts = [{name: value.to(self._vlm.device) for name, value in each.items()} for each in features]
        if "rows" in parts[0]:
            return SimpleNamespace(pooler_output=torch.cat([part["rows"] for part in parts]))
        layers = sum(name.startswith("layer") for name in parts[0])
        return SimpleNamespace(
            pooler_output=tuple(part["image"] for part in parts),
            deepstack_features=[tuple(part[f"layer{at}"] for part in parts) for at in range(layers)],
        )

    def _key(self, image: Image.Image | ImageFile) -> tuple[str, Image.Image | None]:
        """Return the key of an image, and the image if it had to be opened."""
        if not isinstance(image, ImageFile):
            return _digest(image), image
        if image.path in self._keys:
            return self._keys[image.path], None
        picture = image.open()
        self._keys[image.path] = _digest(picture)
        return self._keys[image.path], picture

    def _seen(self, key: str, text: str, image: Image.Image | ImageFile) -> _Seen:
        found = self._kept(key, text)
        if found is None:
            batch = dict(self._vlm.encode([_opened(image)], [text]))
            found = self._computed(batch, text)
            self._keep(key, found, batch)
        return found

    def _kept(self, key: str, text: str) -> _Seen | None:
        """Return what is kept of an image, if it belongs to the chat."""
        kept = self._store.read(key)
        if kept is None:
            return None

        def named(prefix: str) -> Tensors:
            return {name.removeprefix(prefix): kept[name] for name in kept if name.startswith(prefix)}

        splice = _Splice(tuple(kept["plain"].tolist()), int(kept["removed"]), tuple(kept["tokens"].tolist()))
        if not _fits(splice, self._vlm.token_ids(text)):
            return None
        found = _Seen(splice, named("token."), named("input."), named("feature."))
        if found.features:
            return found
        pixels = {name: value.to(self._vlm.device) for name, value in named("pixels.").items()}
        found = dataclasses.replace(found, features=self._tower(pixels))
        if self._begun and not self._keeps_pixels:
            self._keep(key, found, pixels)
        return found

    def _computed(self, batch: dict[str, Any], text: str) -> _Seen:
        """Run the tower on the encoded chat of one image."""
        shape = batch["input_ids"].shape
        per_token = {name: value[0].cpu() for name, value in batch.items() if value.shape == shape}
        splice = _splice(self._vlm.token_ids(text), per_token.pop("input_ids").tolist(), self._vlm.model.config)
        del per_token["attention_mask"]
        own = slice(splice.start, splice.start + len(splice.tokens))
        others = _of_images(batch)
        inputs = {name: value.cpu() for name, value in others.items() if not name.startswith("pixel_")}
        tokens = {name: value[own].clone() for name, value in per_token.items()}
        return _Seen(splice, tokens, inputs, self._tower(others))

    def _keep(self, key: str, seen: _Seen, batch: dict[str, Any]) -> None:
        tensors = _tensors_of(seen, "pixels.", _of_images(batch)) if self._keeps_pixels else _tensors_of(seen)
        written = self._store.write(key, tensors)
        self._full = self._full or not written
        if written and self._note is not None:
            self._report("vision_kept", self._note)
            self._note = None

    def _tower(self, inputs: Tensors) -> Tensors:
        """Run the vision tower and its projector on the inputs of one image."""
        base = self._vlm.base
        training = base.training
        base.eval()
        body = base.base_model
        known = inspect.signature(body.get_image_features).parameters
        try:
            with torch.no_grad():
                output = body.get_image_features(
                    **{name: value for name, value in inputs.items() if name in known}, return_dict=True
                )
        finally:
            base.train(training)
        self.passes += 1
        return _flat(output)

    def _begin(self, image: Image.Image, text: str) -> None:
        """Compare the first image's inputs with the processor's own, and choose what is kept, or that nothing is."""
        reason = why_not(self._vlm.base) or self._try(image, text)
        self._begun = True
        self._off = reason is not None
        if reason is not None:
            self._report("vision_not_kept", f"Every use of an image runs the vision tower: {reason}.")

    def _try(self, image: Image.Image, text: str) -> str | None:
        stock, key = dict(self._vlm.encode([image], [text])), _digest(image)
        try:
            kept = self._kept(key, text)
            seen = kept or self._computed(stock, text)
            reason = self._difference(stock, self._batch([seen], [text]))
        except _MISFITS as error:
            if exhausted(error):
                raise
            return f"this model's output cannot be kept ({type(error).__name__}: {error})"
        reason = reason or self._choose(size_of(seen.features), size_of(_of_images(stock)))
        if reason is None and kept is None:
            self._keep(key, seen, stock)
        return reason

    def _choose(self, features: int, pixels: int) -> str | None:
        """Choose what is kept: features if those of all images fit, else processed pixels, else the first features.

        Returns:
            Why nothing is kept; None otherwise.
        """
        wanted, fewer = features * self._images, pixels * self._images
        whole = f"{in_gb(wanted)} for {self._images:,} images"
        self._note = f"The vision tower's output is kept for further use: {whole}."
        if self._store.make_room(wanted):
            return None
        self._keeps_pixels = fewer < wanted and self._store.make_room(fewer)
        if self._keeps_pixels:
            self._note = (
                f"The vision tower's output would take {whole}. Processed pixels are kept instead: {in_gb(fewer)}."
            )
            return None
        self._store.make_room(wanted, at_any_rate=True)
        room = self._store.capacity()
        self._note = self._note.removesuffix(".") + f"; there is room for {in_gb(room)}."
        return None if room >= features else "there is no room to keep its output"

    def _difference(self, stock: dict[str, Any], found: dict[str, Any]) -> str | None:
        """Return how the inputs of a chat differ from the processor's; of an unknown family also the results."""
        names = (name for name in stock if not name.startswith("pixel_"))
        other = next((name for name in names if not torch.equal(stock[name], found[name])), None)
        if other is not None:
            return f"this model's processor gives other {other}"
        if family_of(self._vlm.model.config.model_type) is not GENERIC:
            return None
        self.passes += 1
        states = [self._last_state(inputs) for inputs in (stock, found)]
        difference = float((states[0] - states[1]).abs().max() / states[0].abs().max())
        if difference <= _TOLERANCE.get(self._vlm.dtype, 0.1):
            return None
        return f"this model's results would differ by {difference:.1g}"

    def _last_state(self, inputs: dict[str, Any]) -> torch.Tensor:
        with torch.no_grad():
            state: torch.Tensor = self._vlm.base.base_model(**inputs).last_hidden_state
        return state.float()


def why_not(base: Any) -> str | None:
    """Return why the features of a PreTrainedModel's images cannot be passed to it; None if they can."""
    if "mm_encoder_outputs" not in inspect.signature(base.forward).parameters:
        return "this model does not accept its output"
    apart = base.base_model is not base and hasattr(base.base_model, "get_image_features")
    return None if apart and _outside_text(base) else "this model does not compute it apart"


def _outside_text(base: Any) -> dict[str, torch.Tensor]:
    """Return weights and statistics that are neither the language model's nor its head's, by name."""
    parts = [part for part in (base.get_decoder(), base.get_output_embeddings()) if part is not None]
    without = {id(value) for part in parts for value in (*part.parameters(), *part.buffers())}
    named = (*base.named_parameters(), *base.named_buffers())
    return {name: value for name, value in sorted(named) if id(value) not in without}


def fingerprint(vlm: VisionLanguageModel) -> str:
    """Return a name for everything that features depend on apart from the image: weights, processor and precision.

    Of each weight outside the language model it takes up to 65,536 evenly spaced values.
    """
    base = vlm.base
    found = hashlib.sha256()
    for name, value in _outside_text(base).items():
        flat = value.detach().flatten()
        sample = flat[:: max(1, flat.numel() // _SAMPLE)].contiguous().cpu()
        found.update(f"{name} {tuple(value.shape)} {value.dtype}".encode())
        found.update(sample.view(torch.uint8).numpy().tobytes())
    config = {name: value for name, value in base.config.to_dict().items() if name not in _NOT_OF_IMAGES}
    images = vlm.processor.image_processor.to_dict() | {
        name: value
        for name, value in vars(vlm.processor).items()
        if isinstance(value, int | float | str) and name != "chat_template"
    }
    how = [str(vlm.dtype), vlm.device.type, base.config._attn_implementation, transformers.__version__]
    found.update(json.dumps([config, images, how], sort_keys=True, default=str).encode())
    return found.hexdigest()[:16]


def opened(images: Sequence[Image.Image | ImageFile]) -> list[Image.Image]:
    """Return the images, each file opened once however often it occurs."""
    found: dict[int, Image.Image] = {}
    for image in images:
        if id(image) not in found:
            found[id(image)] = _opened(image)
    return [found[id(image)] for image in images]


def _opened(image: Image.Image | ImageFile) -> Image.Image:
    return image.open() if isinstance(image, ImageFile) else image


def _digest(image: Image.Image) -> str:
    return hashlib.sha256(f"{image.mode} {image.size}".encode() + image.tobytes()).hexdigest()[:40]


def _flat(output: Any) -> Tensors:
    """Return the features of one image by name: "rows" where the family stacks images, "image" where it lists them."""
    pooled = output.pooler_output
    if isinstance(pooled, torch.Tensor):
        return {"rows": pooled}
    found = {"image": pooled[0]}
    for at, layer in enumerate(getattr(output, "deepstack_features", None) or ()):
        found[f"layer{at}"] = layer[0]
    return found


def _of_images(batch: dict[str, Any]) -> Tensors:
    """Return the inputs that belong to images, not to tokens."""
    shape = batch["input_ids"].shape if "input_ids" in batch else None
    return {name: value for name, value in batch.items() if value.shape != shape}


def _tensors_of(seen: _Seen, prefix: str = "feature.", kept: Tensors | None = None) -> Tensors:
    """Return everything about an image as named tensors; ``kept`` replaces its features."""
    return {
        "plain": torch.tensor(seen.splice.plain),
        "removed": torch.tensor(seen.splice.removed),
        "tokens": torch.tensor(seen.splice.tokens),
        **{f"token.{name}": value for name, value in seen.per_token.items()},
        **{f"input.{name}": value for name, value in seen.inputs.items()},
        **{f"{prefix}{name}": value for name, value in (seen.features if kept is None else kept).items()},
    }


def _splice(plain: list[int], expanded: list[int], config: Any) -> _Splice:
    """Find how the tokens of a chat differ without and with its image's; at least one token is replaced."""
    if plain == expanded:  # an image of a single token
        start, rest = plain.index(config.image_token_id), len(plain) - plain.index(config.image_token_id) - 1
    else:
        pairs = enumerate(zip(plain, expanded, strict=False))
        start = next((at for at, (a, b) in pairs if a != b), min(len(plain), len(expanded)))
        rest = 0
        while rest < len(plain) - start and plain[-1 - rest] == expanded[-1 - rest]:
            rest += 1
        if start + rest == len(plain):  # the first of the image's tokens is the one that stands for it
            start -= 1
    end = len(plain) - rest
    return _Splice(tuple(plain[:end]), end - start, tuple(expanded[start : len(expanded) - rest]))


def _fits(splice: _Splice, plain: list[int]) -> bool:
    return tuple(plain[: len(splice.plain)]) == splice.plain


def _spliced(plain: list[int], seen: _Seen) -> Tensors:
    """Return the per-token inputs of a chat with its image, including ``input_ids`` and ``attention_mask``."""
    before, behind = seen.splice.start, len(plain) - len(seen.splice.plain)
    ids = [*plain[:before], *seen.splice.tokens, *plain[len(seen.splice.plain) :]]
    others = {name: functional.pad(value, (before, behind)) for name, value in seen.per_token.items()}
    return {"input_ids": torch.tensor(ids), "attention_mask": torch.ones(len(ids), dtype=torch.long), **others}


def _left_padded(row: torch.Tensor, length: int, value: int) -> torch.Tensor:
    return functional.pad(row, (length - len(row), 0), value=value)
