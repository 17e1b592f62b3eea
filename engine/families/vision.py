"""What the language model sees of an image, computed once: the vision tower and its projector are never trained.

An image's features do not depend on the adapter, the prompt or the answer, so one pass of the vision tower serves every
iteration. The tower runs on one image at a time: its result is then the same in whatever batch the image is needed.
Models without transformers' ``mm_encoder_outputs`` keep computing it.
"""

from __future__ import annotations

import hashlib
import inspect
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import torch
import transformers
from peft import PeftModel
from PIL import Image
from torch.nn import functional

from engine.families.registry import GENERIC, family_of
from engine.families.vision_store import Tensors, VisionStore, size_of

if TYPE_CHECKING:
    from engine.families.vlm import VisionLanguageModel

Report = Callable[[str, str], None]
"""Receives the code and the text of a note."""

_SAMPLE = 65_536
"""Values of each weight that its fingerprint is made of."""
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
        self._confirmed = False
        self._off = False
        self._keeps_pixels: bool | None = None
        self._keys: dict[str, str] = {}

    @property
    def keeps(self) -> bool:
        """Return whether features are kept, so that images need not be opened again."""
        return not self._off

    def inputs(self, images: Sequence[Image.Image | ImageFile], texts: Sequence[str]) -> dict[str, Any]:
        """Return the model inputs of ``VisionLanguageModel.encode``, with the tower's output instead of pixels.

        A file is read once in this object's life, and must not change meanwhile.

        Raises:
            UnfitImageError: an image of a shape that the family's processor rejects.
        """
        if not self._off and not self._confirmed:
            self._confirm(_opened(images[0]), texts[0])
        if self._off:
            self.passes += len(images)
            return dict(self._vlm.encode([_opened(image) for image in images], texts))
        return self._assemble(images, texts)

    def _assemble(self, images: Sequence[Image.Image | ImageFile], texts: Sequence[str]) -> dict[str, Any]:
        keys: list[str] = []
        found: dict[str, _Seen] = {}
        for image, text in zip(images, texts, strict=True):
            key, picture = self._key(image)
            keys.append(key)
            if key not in found:
                found[key] = self._seen(key, text, image if picture is None else picture)
        seen = [found[key] for key in keys]
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
        kept = self._store.read(key)
        if kept is not None:
            seen = self._restored(kept)
            if _fits(seen.splice, self._vlm.token_ids(text)):
                return seen
        return self._made(key, _opened(image), text)

    def _made(self, key: str, image: Image.Image, text: str) -> _Seen:
        """Run processor and tower, and keep the result."""
        batch = dict(self._vlm.encode([image], [text]))
        shape = batch["input_ids"].shape
        per_token = {name: value[0].cpu() for name, value in batch.items() if value.shape == shape}
        splice = _splice(self._vlm.token_ids(text), per_token.pop("input_ids").tolist(), self._vlm.model.config)
        del per_token["attention_mask"]
        own = slice(splice.start, splice.start + len(splice.tokens))
        others = {name: value for name, value in batch.items() if value.shape != shape}
        inputs = {name: value.cpu() for name, value in others.items() if not name.startswith("pixel_")}
        features = self._tower(others)
        seen = _Seen(splice, {name: value[own].clone() for name, value in per_token.items()}, inputs, features)
        if self._keeps_pixels is None:
            self._choose(size_of(features), size_of(others))
        kept = others if self._keeps_pixels else features
        self._store.write(key, _tensors_of(seen, kept))
        return seen

    def _restored(self, kept: Tensors) -> _Seen:
        def named(prefix: str) -> Tensors:
            return {name.removeprefix(prefix): kept[name] for name in kept if name.startswith(prefix)}

        plain, tokens = (tuple(kept[name].tolist()) for name in ("plain", "tokens"))
        inputs, features = named("input."), named("feature.")
        if not features:
            features = self._tower({name: value.to(self._vlm.device) for name, value in named("pixels.").items()})
        return _Seen(_Splice(plain, int(kept["removed"]), tokens), named("token."), inputs, features)

    def _tower(self, inputs: Tensors) -> Tensors:
        """Run the vision tower and its projector on the inputs of one image."""
        base = _base(self._vlm.model)
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

    def _choose(self, features: int, pixels: int) -> None:
        """Choose what is kept: features if those of all images fit, else processed pixels, else the first features."""
        self._store.make_room(features * self._images)
        room = self._store.room
        self._keeps_pixels = features * self._images > room >= pixels * self._images
        whole = f"{_megabytes(features)} an image, {_megabytes(features * self._images)} for {self._images:,} images"
        text = f"The vision tower's output is kept for further use: {whole}"
        if self._keeps_pixels:
            instead = f"{_megabytes(pixels)} an image, {_megabytes(pixels * self._images)}"
            text = f"The vision tower's output would take {whole}. Processed pixels are kept instead: {instead}"
        elif features * self._images > room:
            text += f"; there is room for {_megabytes(room)}"
        self._report("vision_kept", f"{text}.")

    def _confirm(self, image: Image.Image, text: str) -> None:
        """Compare the first image's inputs with the processor's own; without agreement nothing is kept."""
        reason = why_not(self._vlm.model) or self._difference(image, text)
        self._confirmed = reason is None
        self._off = reason is not None
        if reason is not None:
            self._report("vision_not_kept", f"Every use of an image runs the vision tower: {reason}.")

    def _difference(self, image: Image.Image, text: str) -> str | None:
        stock = dict(self._vlm.encode([image], [text]))
        try:
            found = self._assemble([image], [text])
            plain = (name for name in stock if not name.startswith("pixel_"))
            other = next((name for name in plain if not torch.equal(stock[name], found[name])), None)
        except (ValueError, TypeError, KeyError, AttributeError, RuntimeError) as error:
            return f"its output cannot be kept with this model ({error})"
        if other is not None:
            return f"this model's processor gives other {other}"
        if family_of(self._vlm.model.config.model_type) is not GENERIC:
            return None
        states = [self._last_state(inputs) for inputs in (stock, found)]
        difference = float((states[0] - states[1]).abs().max() / states[0].abs().max())
        if difference <= _TOLERANCE.get(self._vlm.dtype, 0.1):
            return None
        return f"this model's results would differ by {difference:.1g}"

    def _last_state(self, inputs: dict[str, Any]) -> torch.Tensor:
        with torch.no_grad():
            state: torch.Tensor = _base(self._vlm.model).base_model(**inputs).last_hidden_state
        return state.float()


def why_not(model: Any) -> str | None:
    """Return why the features of this model's images cannot be passed to it; None if they can."""
    base = _base(model)
    if "mm_encoder_outputs" not in inspect.signature(base.forward).parameters:
        return "this model does not accept its output"
    if not hasattr(base.base_model, "get_image_features"):
        return "this model does not compute it apart"
    return None


def fingerprint(vlm: VisionLanguageModel) -> str:
    """Return a name for everything that features depend on apart from the image: weights, processor and precision.

    Of each weight outside the language model it takes up to 65,536 evenly spaced values.
    """
    base = _base(vlm.model)
    head = base.get_output_embeddings()
    without = {id(value) for part in (base.get_decoder(), head) if part is not None for value in part.parameters()}
    found = hashlib.sha256()
    for name, value in sorted(base.named_parameters()):
        if id(value) not in without:
            flat = value.detach().flatten()
            sample = flat[:: max(1, flat.numel() // _SAMPLE)].contiguous().cpu()
            found.update(f"{name} {tuple(value.shape)} {value.dtype}".encode())
            found.update(sample.view(torch.uint8).numpy().tobytes())
    settings = vlm.processor.image_processor.to_json_string()
    layers = {name: value for name, value in base.config.to_dict().items() if name.startswith("vision")}
    how = [settings, str(vlm.dtype), vlm.device.type, base.config._attn_implementation, transformers.__version__]
    found.update(json.dumps([how, layers], sort_keys=True, default=str).encode())
    return found.hexdigest()[:16]


def _opened(image: Image.Image | ImageFile) -> Image.Image:
    return image.open() if isinstance(image, ImageFile) else image


def _digest(image: Image.Image) -> str:
    return hashlib.sha256(f"{image.mode} {image.size}".encode() + image.tobytes()).hexdigest()[:40]


def _base(model: Any) -> Any:
    return model.get_base_model() if isinstance(model, PeftModel) else model


def _flat(output: Any) -> Tensors:
    """Return the features of one image by name: "rows" where the family stacks images, "image" where it lists them."""
    pooled = output.pooler_output
    if isinstance(pooled, torch.Tensor):
        return {"rows": pooled}
    found = {"image": pooled[0]}
    for at, layer in enumerate(getattr(output, "deepstack_features", None) or ()):
        found[f"layer{at}"] = layer[0]
    return found


def _tensors_of(seen: _Seen, kept: Tensors) -> Tensors:
    """Return everything about an image as named tensors; ``kept`` is its features or the inputs of the tower."""
    prefix = "feature." if kept is seen.features else "pixels."
    splice = seen.splice
    return {
        "plain": torch.tensor(splice.plain),
        "removed": torch.tensor(splice.removed),
        "tokens": torch.tensor(splice.tokens),
        **{f"token.{name}": value for name, value in seen.per_token.items()},
        **{f"input.{name}": value for name, value in seen.inputs.items()},
        **{f"{prefix}{name}": value for name, value in kept.items()},
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


def _megabytes(size: int) -> str:
    return f"{size / 1e9:,.1f} GB" if size >= 1e9 else f"{size / 1e6:,.2f} MB"
