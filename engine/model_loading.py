"""Loading a stage's model and telling it: that it takes its time, may be stopped meanwhile, and what came of it."""

from __future__ import annotations

from engine import families
from engine.context import RunContext
from engine.events import Loaded
from engine.families.precision import loaded_as
from engine.families.seam import VisionLanguageModel
from engine.specs import ModelSpec
from engine.stopping import phase


def load_model(model: ModelSpec, ctx: RunContext) -> VisionLanguageModel:
    """The loaded model, for work; an event says where it lies, in what precision and with which attention.

    Raises:
        StageError: what ``families.load`` refuses.
        CancelledError: stopped as asked.
    """
    with phase(ctx, "loading"):
        vlm = families.load(model)
    used = loaded_as(vlm.model, model)
    ctx.emit(Loaded(model.base, model.revision or "", vlm.device.type, used.dtype, used.attention, used.quantization))
    return vlm
