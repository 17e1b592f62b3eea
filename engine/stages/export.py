"""The stage "export": a version's adapter merged into its base, loadable by plain transformers. No journal."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from engine.contract.context import RunContext
from engine.contract.events import Progress, Started
from engine.contract.specs import ExportSpec


def run(spec: ExportSpec, ctx: RunContext) -> dict[str, Any]:
    """Write the merged model in the base's stored dtype. Runs on the CPU, since a GPU may be in use. Only rank 0
    works.

    Returns:
        folder, dtype.

    Raises:
        StageError: no adapter, a folder that is not empty, or a model that cannot be loaded.
        CancelledError: stopped on request; nothing is left behind.
    """
    if ctx.rank:
        return {}
    from engine.merged_model import STEPS, export_merged, in_stored_dtype

    ctx.check_cancelled()
    ctx.emit(Started("export", len(STEPS), "steps"))

    def on_step(done: int) -> None:
        ctx.emit(Progress(done, len(STEPS)))
        ctx.check_cancelled()

    model = in_stored_dtype(replace(spec.model, device="cpu"))
    export_merged(model, Path(spec.folder), on_step)
    return {"folder": spec.folder, "dtype": model.dtype}
