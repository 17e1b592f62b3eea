"""The figures of all probes, and examples of what versions said about degraded images. No Qt, no torch."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

from db.models import ModelVersion, ProbeAnswer
from db.queries import probes
from db.queries import versions as version_queries
from engine.contract.degradations.kinds import BY_NAME, KINDS, UNTOUCHED, copy_file
from engine.contract.degradations.naming import names
from studio.services.probing.types import ALL_DEGRADATIONS, ProbeExample, ProbeReport, ProbeRow, ProbeTexts
from studio.services.projects.project import Project
from studio.services.stages.probe import examples_folder, reference_of
from studio.services.versions.types import MetricValue

_ORDER = (*(kind.name for kind in KINDS), ALL_DEGRADATIONS)


def report(project: Project) -> ProbeReport:
    """Return the figures of all versions that have been probed."""
    found: dict[tuple[int, str, float], dict[str, MetricValue]] = {}
    with project.reader() as session:
        names_by_id = {row.id: row.name for row in version_queries.all_versions(session)}
        for row in probes.figures(session):
            key = row.model_version_id, row.degradation, row.strength
            found.setdefault(key, {})[row.name] = MetricValue(row.value, row.lo, row.hi, row.n)
    keys = sorted((key for key in found if key[1] in _ORDER), key=lambda key: (key[0], _ORDER.index(key[1]), key[2]))
    return ProbeReport(
        versions=tuple(dict.fromkeys(names_by_id[version] for version, _, _ in keys)),
        degradations=tuple(name for name in _ORDER if any(key[1] == name for key in keys)),
        rows=tuple(
            ProbeRow(names_by_id[version], degradation, strength, found[version, degradation, strength])
            for version, degradation, strength in keys
        ),
    )


def examples(project: Project, versions: Sequence[str], degradation: str, strength: float) -> list[ProbeExample]:
    """Return the images of the probe with what these versions say about a copy, those with a kept picture first."""
    root = project.images_root()
    with project.reader() as session:
        rows = {row.id: row for row in version_queries.all_versions(session) if row.name in versions}
        before = {
            (answer.model_version_id, answer.image_id): answer
            for answer, _ in probes.examples(session, list(rows), UNTOUCHED, 0.0)
        }
        texts: dict[int, list[ProbeTexts]] = {}
        images: dict[int, tuple[str, Path, Path]] = {}
        for answer, image in probes.examples(session, list(rows), degradation, strength):
            version, untouched = rows[answer.model_version_id], before.get((answer.model_version_id, image.id))
            told = None if untouched is None else _texts(version, untouched, answer)
            if told is None:
                continue
            texts.setdefault(image.id, []).append(told)
            copy = examples_folder(project) / copy_file(image.id, degradation, strength)
            images.setdefault(image.id, (image.name, root / image.path, copy))
    found = [
        ProbeExample(image_id, name, path, copy if copy.is_file() else None, tuple(texts[image_id]))
        for image_id, (name, path, copy) in images.items()
    ]
    return sorted(found, key=lambda example: example.copy is None)


def _texts(version: ModelVersion, before: ProbeAnswer, after: ProbeAnswer) -> ProbeTexts | None:
    reference = reference_of(version)
    if reference is None:
        return None
    words = BY_NAME[after.degradation].words
    return ProbeTexts(
        version=version.name,
        score_before=expected_score(before.logprobs, reference),
        score=expected_score(after.logprobs, reference),
        text_before=before.text,
        text=after.text,
        named_before=names(before.text, words),
        named=names(after.text, words),
    )


def expected_score(logprobs: Sequence[float], reference: Sequence[float]) -> float:
    """Return the score in the original scale: the mean of the reference values, weighted by the softmax."""
    highest = max(logprobs)
    weights = [math.exp(value - highest) for value in logprobs]
    return math.fsum(w * s for w, s in zip(weights, reference, strict=True)) / math.fsum(weights)
