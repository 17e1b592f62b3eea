"""Score: what ``predict`` does, for images outside the project; journal rows as there."""

from __future__ import annotations

from typing import Any

from engine.contract.context import RunContext
from engine.contract.specs import ScoreSpec
from engine.stages import predict


def run(spec: ScoreSpec, ctx: RunContext) -> dict[str, Any]:
    """Score all input rows; see :func:`engine.stages.predict.run`."""
    return predict.run(spec, ctx)
