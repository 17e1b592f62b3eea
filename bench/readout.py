"""Compare the ways to read a score out of the label probabilities, over many splits of a project's own predictions.

In each resplit the reference values are fitted to some random images of the validation and test splits and applied to
all others. All ways are given the same images, so their differences are paired.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import select

from bench.machine import machine
from db.models import Image, ModelVersion, Prediction
from engine.measuring.metrics import srcc
from engine.measuring.readout import FloatArray, ReadoutMethod, expected_score, fit_reference
from studio.services.imports.import_store import stored_binning
from studio.services.projects.create_and_open import open_project
from studio.services.projects.project import Project

METHODS: tuple[ReadoutMethod, ...] = ("shrinkage", "least_squares")
COLUMNS = ("shrinkage", "least_squares", "bin_means")


@dataclass(frozen=True, slots=True)
class ReadoutFigure:
    """One version and number of images: means over the resplits.

    Attributes:
        rmse, srcc: on the images that were not fitted to, by method; RMSE is in the original scale.
        rmse_gain, srcc_gain: shrinkage against each other method, positive if shrinkage is better: mean paired
            difference and its standard error over the resplits.
    """

    version: str
    images: int
    rmse: dict[str, float]
    srcc: dict[str, float]
    rmse_gain: dict[str, tuple[float, float]]
    srcc_gain: dict[str, tuple[float, float]]


def run(root: Path, sizes: Sequence[int], resplits: int, seed: int = 0) -> dict[str, Any]:
    """Compare all versions of the project; returns {"results": [...], "machine": {...}}.

    Raises:
        ValueError: a version has no more predictions than are to be fitted to.
    """
    project = open_project(root)
    try:
        versions, means = _predictions(project)
    finally:
        project.close()
    figures = [
        _figure(name, logprobs, truth, means, size, resplits, seed)
        for size in sizes
        for name, (logprobs, truth) in versions.items()
    ]
    return {"results": [asdict(figure) for figure in figures], "resplits": resplits, "machine": machine(1)}


def markdown(found: dict[str, Any]) -> str:
    """Format the result as two Markdown tables, one a measure."""
    parts = []
    for key, title in (("rmse", "RMSE, lower is better"), ("srcc", "SRCC, higher is better")):
        lines = [
            f"{title}, mean of {found['resplits']} resplits:",
            "",
            "| version | fitted to | shrinkage | least squares (the paper) | bin means | gain over least squares |",
            "|---|---|---|---|---|---|",
        ]
        for row in found["results"]:
            values = " | ".join(f"{row[key][name]:.4f}" if row[key][name] < 100 else "> 100" for name in COLUMNS)
            gain, error = row[f"{key}_gain"]["least_squares"]
            shown = f"{gain:+.4f} ± {error:.4f}" if abs(gain) < 100 else "> 100"
            lines.append(f"| {row['version']} | {row['images']} | {values} | {shown} |")
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def _predictions(project: Project) -> tuple[dict[str, tuple[FloatArray, FloatArray]], FloatArray]:
    """Return label log-probabilities ``[n, 10]`` and true scores ``[n]`` by version, and the bin means."""
    query = (
        select(ModelVersion.name, Prediction.logprobs, Image.mean_score)
        .join(Prediction, Prediction.model_version_id == ModelVersion.id)
        .join(Image, Image.id == Prediction.image_id)
        .where(Image.split.in_(("val", "test")))
        .order_by(ModelVersion.id, Image.id)
    )
    found: dict[str, tuple[list[list[float]], list[float]]] = {}
    with project.session() as session:
        for name, logprobs, truth in session.execute(query):
            rows, truths = found.setdefault(name, ([], []))
            rows.append(logprobs)
            truths.append(truth)
        means = np.asarray(stored_binning(session).means)
    return {name: (np.asarray(rows), np.asarray(truths)) for name, (rows, truths) in found.items()}, means


def _figure(
    name: str, logprobs: FloatArray, truth: FloatArray, means: FloatArray, size: int, resplits: int, seed: int
) -> ReadoutFigure:
    if size >= len(truth):
        raise ValueError(f"{name} has predictions for {len(truth)} images, not for more than {size}")
    generator = np.random.default_rng(seed)
    errors: dict[str, list[float]] = {method: [] for method in COLUMNS}
    ranks: dict[str, list[float]] = {method: [] for method in COLUMNS}
    for _ in range(resplits):
        order = generator.permutation(len(truth))
        inside, rest = order[:size], order[size:]
        references: dict[str, Any] = {
            method: fit_reference(logprobs[inside], truth[inside], means, method).reference for method in METHODS
        }
        for method, reference in {**references, "bin_means": means}.items():
            predicted = expected_score(logprobs[rest], reference)
            errors[method].append(float(np.sqrt(np.square(predicted - truth[rest]).mean())))
            ranks[method].append(srcc(predicted, truth[rest]))
    others = COLUMNS[1:]
    return ReadoutFigure(
        version=name,
        images=size,
        rmse={method: float(np.mean(values)) for method, values in errors.items()},
        srcc={method: float(np.mean(values)) for method, values in ranks.items()},
        rmse_gain={other: _paired(errors[other], errors["shrinkage"]) for other in others},
        srcc_gain={other: _paired(ranks["shrinkage"], ranks[other]) for other in others},
    )


def _paired(better: Sequence[float], worse: Sequence[float]) -> tuple[float, float]:
    differences = np.asarray(better) - np.asarray(worse)
    return float(differences.mean()), float(differences.std(ddof=1) / np.sqrt(len(differences)))
