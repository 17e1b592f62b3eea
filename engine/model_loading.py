"""Load a stage's model and report it: the loading phase can be cancelled, and an event describes the loaded model."""

from __future__ import annotations

from pathlib import Path

from engine import families
from engine.cancellation import phase
from engine.contract.context import RunContext
from engine.contract.events import Loaded, Note
from engine.contract.specs import ImageLimits, ModelSpec, VisionCache
from engine.families import internvl2
from engine.families.loading import published_folder
from engine.families.precision import loaded_as
from engine.families.vision import VisionFeatures, fingerprint
from engine.families.vision_store import VisionStore
from engine.families.vlm import VisionLanguageModel


def load_model(model: ModelSpec, ctx: RunContext) -> VisionLanguageModel:
    """Load the model; an event reports its device, precision and attention.

    Raises:
        StageError: the errors of ``families.load``.
        CancelledError: stopped on request.
    """
    _convert(model, ctx)
    with phase(ctx, "loading"):
        vlm = families.load(model)
    used = loaded_as(vlm.model, model)
    ctx.emit(Loaded(model.base, model.revision or "", vlm.device.type, used.dtype, used.attention, used.quantization))
    return vlm


def _convert(model: ModelSpec, ctx: RunContext) -> None:
    """Convert a model that is published in another layout to transformers' format, the first time it is used."""
    published = published_folder(model)
    if not internvl2.is_authors_layout(published) or internvl2.is_converted(published):
        return
    with phase(ctx, "converting"):
        made = internvl2.native_folder(published)
    text = f"{model.base} is published in its authors' own layout. It has been converted; the copy is in {made}."
    ctx.emit(Note("info", "model_converted", text))


def keep_vision(vlm: VisionLanguageModel, cache: VisionCache, limits: ImageLimits, ctx: RunContext) -> None:
    """Let the model keep what its vision tower makes of images, if the cache has a folder.

    Args:
        vlm: the loaded model.
        cache: where, and how much.
        limits: how images are prepared; other limits have a folder of their own, so that the old one can be deleted.
        ctx: receives a note about what is kept.
    """
    if cache.folder is None or cache.limit <= 0:
        return
    name = f"{fingerprint(vlm)}-{limits.longest_side}"
    store = VisionStore(Path(cache.folder), name, cache.limit, 1 / ctx.world_size)
    vlm.vision = VisionFeatures(vlm, store, cache.images, lambda code, text: _report_once(ctx, code, text))


def _report_once(ctx: RunContext, code: str, text: str) -> None:
    if ctx.rank == 0:
        ctx.emit(Note("info", code, text))
