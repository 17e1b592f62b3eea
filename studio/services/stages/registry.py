"""The list of stages in running order, from which every table of stages is derived. No Qt, no torch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from studio.services.errors import StudioError
from studio.services.recipes.stage_options import StageOptions
from studio.services.recipes.version_names import MAIN
from studio.services.stages.definition import StageDefinition, StageKey
from studio.services.stages.download import DOWNLOAD
from studio.services.stages.generate import GENERATE
from studio.services.stages.judge import JUDGE
from studio.services.stages.judge_reading import JUDGE_READING
from studio.services.stages.judge_suggestions import JUDGE_SUGGESTIONS
from studio.services.stages.measure import MEASURE
from studio.services.stages.merge import MERGE
from studio.services.stages.predict import PREDICT
from studio.services.stages.probe import PROBE
from studio.services.stages.reread import REREAD
from studio.services.stages.score import SCORE
from studio.services.stages.suggest import SUGGEST
from studio.services.stages.train import TRAIN

STAGES: tuple[StageDefinition, ...] = (
    *(DOWNLOAD, GENERATE, TRAIN, MERGE, PREDICT, JUDGE, REREAD, JUDGE_READING),
    *(MEASURE, PROBE, SUGGEST, JUDGE_SUGGESTIONS, SCORE),
)
_BY_KIND: Mapping[str, StageDefinition] = {stage.kind: stage for stage in STAGES}


def definition(kind: str) -> StageDefinition:
    """Return the definition of a kind of stage.

    Raises:
        StudioError: this version of the program has no such stage; lists the existing ones.
    """
    if kind not in _BY_KIND:
        raise StudioError(
            f"There is no stage {kind!r} in this version of Score Studio, which has {', '.join(_BY_KIND)}.",
            "Open the project with the version that created it, or a newer one.",
        )
    return _BY_KIND[kind]


def title(kind: str, iteration: int, version: str | None, line: str = MAIN, subject: str = "") -> str:
    """Return the English title of a job; ``subject`` is that of its options."""
    text = definition(kind).title.format(iteration=iteration, version=version, subject=subject)
    return text if line == MAIN or version is not None else f"{text} ({line})"


def depends_on(job: StageKey, other: StageKey) -> bool:
    """Return whether ``job`` uses results of ``other``, so that it has to come later."""
    return definition(job.stage).needs(job, definition(other.stage).product(other))


def cannot_run_without(job: StageKey, other: StageKey) -> bool:
    """Return whether ``job`` fails without ``other``, rather than only using its results."""
    stage, product = definition(job.stage), definition(other.stage).product(other)
    return (stage.requires or stage.needs)(job, product)


def relevant_settings(kind: str, config: Mapping[str, Any], options: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return the frozen settings that affect the result of a stage of this kind; folders do not.

    Options of a recipe that differ from the loop's own are included.
    """
    stage = definition(kind)
    found: dict[str, Any] = {}
    for name in stage.sections:
        section, _, key = name.partition(".")
        found.setdefault(section, {}).update({key: config[section][key]} if key else config[section])
    found.get("images", {}).pop("root", None)
    model = found.get("model", {})
    model.pop("offline", None)
    if model.get("quantization") == "none":  # as in a project from before this setting existed
        del model["quantization"]
    chosen = StageOptions.from_dict(options or {}).to_dict()
    if chosen:
        found["recipe"] = chosen
    return {"seed": config["project"]["seed"], **found} if stage.uses_seed else found


def step_names() -> dict[str, str]:
    """Return the English labels of all steps of an iteration by the step's name, in running order."""
    names: dict[str, str] = {}
    for stage in STAGES:
        if stage.step_labels:
            names |= {f"{stage.kind} {kind}": label for kind, label in stage.step_labels.items()}
        else:
            names[stage.kind] = stage.label
    return names


def step_name(kind: str, version_kind: str) -> str:
    """Return the name of a stage's step: the stage, or the stage with the kind of its version."""
    return f"{kind} {version_kind}" if version_kind in definition(kind).step_labels else kind
