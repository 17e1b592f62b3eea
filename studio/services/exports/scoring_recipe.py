"""``score_studio.json``: everything an exported model needs, besides its weights, to score as in its project.

No Qt, no torch. Predicting with an exported folder needs no database.
"""

from __future__ import annotations

import dataclasses
import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import select

from db.models import ModelVersion
from engine.contract.specs import LABELS, ImageLimits, ModelSpec, PredictSpec, PromptSpec
from studio.services.base_models.suitability import DEMO, is_hub_model, model_location
from studio.services.errors import StudioError
from studio.services.imports.import_store import stored_binning
from studio.services.projects.project import Project
from studio.services.versions.prediction import predict_spec, settings_of
from studio.services.versions.types import VersionRow

FILE_NAME = "score_studio.json"
_FORMAT = 1
ModelForm = Literal["adapter", "merged"]


@dataclass(frozen=True, slots=True)
class ScoringRecipe:
    """How a version predicts.

    Attributes:
        base: a hub id, "demo", or a folder's name. Exports of earlier programs have a folder's path.
        reference: the value of each label in the original scale (the calibrated read-out).
        calibration: how the reference values were found, for people.
        edges: the nine bin edges of the training scores.
        lower_is_better: whether lower scores are better, so that label 9 is for the lowest ones.
    """

    version: str
    form: ModelForm
    base: str
    revision: str | None
    dtype: str
    attention: str
    quantization: str
    prompt: PromptSpec
    longest_side: int
    max_new_tokens: int
    batch_size: int | None
    reference: tuple[float, ...]
    calibration: str
    edges: tuple[float, ...]
    lower_is_better: bool = False

    def spec(self, folder: Path, base: str | None = None) -> PredictSpec:
        """Return the spec for predicting with the exported model in ``folder``; ``base``: where the base is now."""
        merged = self.form == "merged"
        model = ModelSpec(
            base=str(folder) if merged else model_location(base or self.base, Path.cwd()),
            revision=None if merged or base is not None else self.revision,
            adapter=None if merged else str(folder),
            dtype=self.dtype,
            attention=self.attention,
            quantization="none" if merged else self.quantization,
        )
        return PredictSpec(model, self.prompt, self.max_new_tokens, self.batch_size, ImageLimits(self.longest_side))


def recipe_of(project: Project, row: VersionRow, form: ModelForm) -> ScoringRecipe:
    """Return a version's recipe; an unmeasured version uses the bins' mean training scores as reference values."""
    settings = settings_of(project, row) or project.settings
    spec = predict_spec(project, row, settings)
    with project.reader() as session:
        binning = stored_binning(session)
        calibration = session.scalar(select(ModelVersion.calibration).where(ModelVersion.id == row.id))
    known: dict[str, Any] = calibration or {
        "reference": binning.means,
        "method": "bin_means",
        "reason": "the version had not been measured when it was exported",
    }
    method = ": ".join(
        filter(None, (str(known["method"]), str(known.get("reason", "")), str(known.get("warning", ""))))
    )
    return ScoringRecipe(
        version=row.name,
        form=form,
        base=base_name(settings.model.base, project.root),
        revision=spec.model.revision,
        dtype=spec.model.dtype,
        attention=spec.model.attention,
        quantization=spec.model.quantization,
        prompt=spec.prompt,
        longest_side=spec.image.longest_side,
        max_new_tokens=spec.max_new_tokens,
        batch_size=spec.batch_size,
        reference=tuple(float(value) for value in known["reference"]),
        calibration=method,
        edges=binning.edges,
        lower_is_better=binning.lower_is_better,
    )


def base_name(base: str, root: Path) -> str:
    """Return the name of a base model in an export, which is read on other machines: no path of this one."""
    if base == DEMO or is_hub_model(base, root):
        return base
    name = Path(model_location(base, root)).name
    return f"{name}-folder" if name == DEMO else name  # it would be read as the demo model


def write_recipe(folder: Path, recipe: ScoringRecipe) -> None:
    """Write the file into an export."""
    body = {"format": _FORMAT, **dataclasses.asdict(recipe)}
    (folder / FILE_NAME).write_text(json.dumps(body, indent=1, sort_keys=True) + "\n", "utf-8")


def read_recipe(folder: Path) -> ScoringRecipe:
    """Return the recipe of an exported model.

    Raises:
        StudioError: the folder is not an export of this program, or its file is damaged.
    """
    file = folder / FILE_NAME
    again = "Export the version again: score-studio export DIR --version V --to FOLDER."
    try:
        body = json.loads(file.read_text("utf-8"))
    except FileNotFoundError as error:
        raise StudioError(f"{folder} is not an exported model: it contains no {FILE_NAME}.", again) from error
    except (OSError, ValueError) as error:
        raise StudioError(f"{file} cannot be read: {error}.", again) from error
    try:
        return _recipe(body)
    except (KeyError, TypeError, ValueError) as error:
        raise StudioError(f"{file} is damaged: {type(error).__name__} {error}.", again) from error


def _recipe(body: dict[str, Any]) -> ScoringRecipe:
    if body.pop("format") != _FORMAT:
        raise ValueError("its format belongs to another version of the program")
    if body["form"] not in ("adapter", "merged"):
        raise ValueError(f"its form is {body['form']!r}")
    for name, length in (("reference", len(LABELS)), ("edges", len(LABELS) - 1)):
        body[name] = tuple(float(value) for value in body[name])
        if len(body[name]) != length or not all(map(math.isfinite, body[name])):
            raise ValueError(f"{name} must be {length} finite numbers")
    if not isinstance(body.get("lower_is_better", False), bool):
        raise TypeError("lower_is_better is not true or false")
    batch = body["batch_size"]
    if not all(isinstance(body[name], int) for name in ("longest_side", "max_new_tokens")) or not (
        batch is None or isinstance(batch, int)
    ):
        raise TypeError("a length or size is not a whole number")
    return ScoringRecipe(**{**body, "prompt": PromptSpec(**body["prompt"])})
