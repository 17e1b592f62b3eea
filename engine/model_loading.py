"""Loading a stage's model and telling it: that it takes its time, may be stopped meanwhile, and what came of it."""

from __future__ import annotations

from engine import families
from engine.cancellation import phase
from engine.contract.context import RunContext
from engine.contract.events import Loaded, Note
from engine.contract.specs import ModelSpec
from engine.families import internvl2
from engine.families.loading import published_folder
from engine.families.precision import loaded_as
from engine.families.vlm import VisionLanguageModel


def load_model(model: ModelSpec, ctx: RunContext) -> VisionLanguageModel:
    """The loaded model, for work; an event says where it lies, in what precision and with which attention.

    Raises:
        StageError: what ``families.load`` refuses.
        CancelledError: stopped as asked.
    """
    _convert(model, ctx)
    with phase(ctx, "loading"):
        vlm = families.load(model)
    used = loaded_as(vlm.model, model)
    ctx.emit(Loaded(model.base, model.revision or "", vlm.device.type, used.dtype, used.attention, used.quantization))
    return vlm


def _convert(model: ModelSpec, ctx: RunContext) -> None:
    """Bring a model that is published in another layout into transformers' form, the first time it is used."""
    published = published_folder(model)
    if not internvl2.is_authors_layout(published) or internvl2.is_converted(published):
        return
    with phase(ctx, "converting"):
        made = internvl2.native_folder(published)
    text = f"{model.base} is published in its authors' own layout: it was converted once, and is kept in {made}."
    ctx.emit(Note("info", "model_converted", text))
