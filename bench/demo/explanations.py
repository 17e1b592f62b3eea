"""What the explanations of a finished demo project are worth: do they fit the score, the image, and one another?

The demo's scenes are known, so that each claim about a visible attribute can be checked. Consistency is measured twice,
without an outside judge: the tone of the text against the label of the same answer, and the score that the same model
reads from the text alone against that label.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from bench.machine import machine
from db.models import Image, Judgement, ModelVersion, Pair, Prediction
from engine.contract.polarity import polarity
from engine.demo.dataset import demo_scene_seed
from engine.demo.language import Sight, phrases, sight_of_scene
from engine.demo.scenes import sample_scene
from engine.measuring.metrics import Resampler, bootstrap, point, srcc, weighted_srcc
from studio.services.projects.create_and_open import open_project

FloatArray = NDArray[np.float64]
_CLAUSES = re.compile(r": |, and |, but |\.$")
_READ_AT_ONCE = 100
_CONTENT = ("subject", "hue", "place", "time", "sky", "distance")
_ATTRIBUTES = ("exposure", "focus", "noise", "colour", "horizon", "placement", "clutter")


@dataclass(frozen=True, slots=True)
class Explained:
    """The answers of one version to the test images, in the order of the images; arrays (n,).

    `label` is NaN where the answer gave none; `score` is the expected score in the original scale, `grade` the tone
    grade 0..4, `read` the label that the same version expects from the text alone.
    """

    version: str
    label: FloatArray
    score: FloatArray
    grade: FloatArray
    texts: list[str]
    read: FloatArray | None = None


@dataclass(frozen=True, slots=True)
class Claims:
    """How many claims texts make about the image, and how many are true; and clauses that no phrase covers."""

    made: int
    true: int
    unknown: int


def claims(texts: Sequence[str], sights: Sequence[Sight], names: Iterable[str]) -> Claims:
    """Count what the texts claim about the named attributes or content.

    Args:
        texts: explanations, one for each sight.
        sights: what the images really show.
        names: keys of `Sight.levels` or `Sight.words`.
    """
    wanted, made, true, unknown = set(names), 0, 0, 0
    for text, sight in zip(texts, sights, strict=True):
        known = sight.levels | sight.words
        for clause in _split(text):
            found = _claimed(clause)
            unknown += found is None
            about = {name: value for name, value in (found or {}).items() if name in wanted}
            made += len(about)
            true += sum(known.get(name) == value for name, value in about.items())
    return Claims(made, true, unknown)


def repeats_a_clause(text: str) -> bool:
    """Return whether a text says the same clause twice."""
    said = _split(text)
    return len(set(said)) < len(said)


def _split(text: str) -> list[str]:
    return [part.strip().lower() for part in _CLAUSES.split(text.strip()) if part.strip()]


@cache
def _claimed(clause: str) -> dict[str, str] | None:
    """Return what a clause or opening claims, by attribute; None if no phrase of the bank has these words."""
    for pattern, asserted in _patterns():
        if found := pattern.fullmatch(clause):
            return asserted | found.groupdict()
    return None


@cache
def _patterns() -> list[tuple[re.Pattern[str], dict[str, str]]]:
    bank = phrases()
    found: list[tuple[re.Pattern[str], dict[str, str]]] = [
        (_pattern(opening), {}) for opening in (*bank["openings"], *bank["texture_openings"])
    ]
    for side in (bank["praise"], bank["criticism"]):
        for attribute, by_level in side.items():
            for level, sentences in by_level.items():
                asserted = {attribute: level} if attribute in _ATTRIBUTES else {}
                found += [(_pattern(sentence), asserted) for sentence in sentences]
    return found


def _pattern(phrase: str) -> re.Pattern[str]:
    """Return the pattern of a phrase with its fields as named groups, each used once."""
    parts = re.split(r"{(\w+)}", phrase.lower())
    body = "".join(f"(?P<{part}>\\w+(?: \\w+){{0,3}}?)" if at % 2 else re.escape(part) for at, part in enumerate(parts))
    return re.compile(body)


def run(roots: Sequence[Path], *, reading: bool = True, resamples: int = 1_000) -> dict[str, Any]:
    """Measure all versions of demo projects; returns {"results", "pairs", "pooled": lists of rows, "machine"}.

    Args:
        roots: finished demo projects.
        reading: also let each version read the scores from its texts, which loads torch and the models.
        resamples: of every interval.
    """
    projects = {root.name: _explained(root, reading, resamples) for root in roots}
    results = [
        {"project": name, **_figures(version, project, resamples)}
        for name, project in projects.items()
        for version in project.versions
    ]
    everything = list(projects.values())
    pooled = [_pooled(everything, better, worse, resamples) for better, worse in _compared(everything)]
    pairs = [{"project": name, **row} for name, project in projects.items() for row in project.pairs]
    return {"results": results, "pairs": pairs, "pooled": pooled, "machine": machine(1)}


def markdown(found: dict[str, Any]) -> str:
    """Format the figures as a Markdown table a project, and the pooled differences."""
    lines = [
        "| project | version | n | SRCC | tone/label | text-only SRCC | tone grade 0..4 | tone/truth | distinct texts |"
        " a clause twice | attributes true | content true | unknown clauses |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {row['project']} | {row['version']} | {row['n']} | {_interval(row['srcc'])} | "
        f"{_interval(row['tone_label'])} | {_interval(row['text_only'])} | {row['grade']:.2f} | "
        f"{row['tone_truth']:.3f} | {row['distinct']} | {row['repeats']:.1%} | {_share(row['attributes'])} | "
        f"{_share(row['content'])} | {row['attributes']['unknown']} |"
        for row in found["results"]
    ]
    lines += ["", "| project | pairs of iteration | n | tone follows score | equal texts |", "|---|---|---|---|---|"]
    lines += [
        f"| {row['project']} | {row['iteration']} | {row['n']} | {_interval(row['tone_score'])} | {row['equal']:.1%} |"
        for row in found["pairs"]
    ]
    if found["pooled"]:
        lines += ["", "| difference, mean of the projects | SRCC | tone/label | text-only SRCC |", "|---|---|---|---|"]
        lines += [
            f"| {row['better']} - {row['worse']} | "
            + " | ".join(_interval(row[measure], "+") for measure in ("srcc", "tone_label", "text_only"))
            + " |"
            for row in found["pooled"]
        ]
    return "\n".join(lines)


def _share(counted: dict[str, int]) -> str:
    return f"{counted['true'] / counted['made']:.1%} of {counted['made']}" if counted["made"] else "-"


def _interval(estimate: dict[str, float] | None, sign: str = "") -> str:
    if estimate is None:
        return "-"
    return f"{estimate['value']:{sign}.3f} [{estimate['lo']:{sign}.3f}, {estimate['hi']:{sign}.3f}]"


@dataclass(frozen=True, slots=True)
class _Project:
    """A project's test images: true mean scores (n,), what they show, the answers of every version; and its pairs."""

    truth: FloatArray
    sights: list[Sight]
    versions: list[Explained]
    pairs: list[dict[str, Any]]

    def named(self, name: str) -> Explained | None:
        return next((version for version in self.versions if version.version == name), None)


def _explained(root: Path, reading: bool, resamples: int) -> _Project:
    project = open_project(root)
    try:
        with project.session() as session:
            images = session.scalars(select(Image).where(Image.split == "test").order_by(Image.id)).all()
            versions = session.scalars(select(ModelVersion).order_by(ModelVersion.id)).all()
            found = _Project(
                np.array([image.mean_score for image in images]),
                [_sight(project.settings.project.seed, image.path) for image in images],
                [explained for version in versions if (explained := _answers(session, version, images)) is not None],
                _pairs(session, resamples),
            )
            adapters = {version.name: version.adapter and str(root / version.adapter) for version in versions}
    finally:
        project.close()
    if not reading:
        return found
    read = {version.version: read_scores(adapters[version.version], version.texts) for version in found.versions}
    return replace(found, versions=[replace(version, read=read[version.version]) for version in found.versions])


def _pairs(session: Session, resamples: int) -> list[dict[str, Any]]:
    """Return by iteration how far the tones of the two texts differ with their scores.

    Consistency training strengthens whatever these pairs show: where a better score gives a worse tone, consistency
    falls.
    """
    by_iteration: dict[int, list[Pair]] = {}
    for pair in session.scalars(select(Pair).where(Pair.line == "main").order_by(Pair.iteration, Pair.id)):
        by_iteration.setdefault(pair.iteration, []).append(pair)
    return [
        {
            "iteration": iteration,
            "n": len(pairs),
            "tone_score": _estimate(
                _tones([pair.chosen_text for pair in pairs]) - _tones([pair.rejected_text for pair in pairs]),
                np.array([pair.chosen_score - pair.rejected_score for pair in pairs], dtype=np.float64),
                resamples,
            ),
            "equal": sum(pair.chosen_text == pair.rejected_text for pair in pairs) / len(pairs),
        }
        for iteration, pairs in by_iteration.items()
    ]


def _answers(session: Session, version: ModelVersion, images: Sequence[Image]) -> Explained | None:
    """Return a version's answers in the order of the images, or None if it has none."""
    query = (
        select(Prediction, Judgement.consistency)
        .outerjoin(Judgement, (Judgement.prediction_id == Prediction.id) & (Judgement.judge == "offline"))
        .where(Prediction.model_version_id == version.id, Prediction.explained)
    )
    rows = {prediction.image_id: (prediction, grade) for prediction, grade in session.execute(query)}
    if not all(image.id in rows for image in images):
        return None
    answers = [rows[image.id] for image in images]
    return Explained(
        version.name,
        np.array([np.nan if answer.label is None else answer.label for answer, _ in answers], dtype=np.float64),
        np.array([np.nan if answer.score is None else answer.score for answer, _ in answers], dtype=np.float64),
        np.array([np.nan if grade is None else grade for _, grade in answers], dtype=np.float64),
        [answer.text for answer, _ in answers],
    )


def _sight(seed: int, path: str) -> Sight:
    split, index = Path(path).stem.split("_")
    return sight_of_scene(sample_scene(demo_scene_seed(seed, split, int(index))))


def read_scores(adapter: str | None, texts: Sequence[str]) -> FloatArray:
    """Return the expected label (n,) that the demo model reads from each text, without any image.

    Args:
        adapter: folder of a LoRA adapter, None for the model without one.
        texts: explanations.
    """
    import torch
    from peft import PeftModel
    from transformers import AutoModelForImageTextToText, AutoProcessor

    from engine.demo.build import DEMO_MODEL

    load: Any = AutoProcessor.from_pretrained
    tokenizer = load(DEMO_MODEL, local_files_only=True).tokenizer
    model: Any = AutoModelForImageTextToText.from_pretrained(DEMO_MODEL, local_files_only=True)
    if adapter is not None:
        model = PeftModel.from_pretrained(model, adapter)
    model.eval()
    labels = [tokenizer.convert_tokens_to_ids(str(label)) for label in range(10)]
    task, expected = phrases()["reading_prompts"][0], []
    for start in range(0, len(texts), _READ_AT_ONCE):
        tasks = [task.replace("{text}", text) for text in texts[start : start + _READ_AT_ONCE]]
        asked = [f"<|user|>{said}<|end|><|assistant|>#Score: " for said in tasks]
        with torch.inference_mode():
            logits = model(**tokenizer(asked, padding=True, return_tensors="pt")).logits[:, -1, labels]
        expected.append((logits.softmax(-1) * torch.arange(10.0)).sum(-1).numpy())
    return np.concatenate(expected).astype(np.float64)


def _figures(version: Explained, project: _Project, resamples: int) -> dict[str, Any]:
    about_attributes = claims(version.texts, project.sights, _ATTRIBUTES)
    given = ~np.isnan(version.label)
    tones = _tones(version.texts)
    return {
        "version": version.version,
        "n": int(given.sum()),
        "srcc": _estimate(version.score, project.truth, resamples),
        "tone_label": _estimate(tones, version.label, resamples),
        "text_only": None if version.read is None else _estimate(version.read, version.label, resamples),
        "grade": float(np.nanmean(version.grade)) if not np.isnan(version.grade).all() else float("nan"),
        "tone_truth": srcc(tones, project.truth),
        "distinct": len(set(version.texts)),
        "repeats": sum(map(repeats_a_clause, version.texts)) / len(version.texts),
        "attributes": asdict(about_attributes),
        "content": asdict(claims(version.texts, project.sights, _CONTENT)),
    }


def _tones(texts: Sequence[str]) -> FloatArray:
    return np.array([polarity(text) for text in texts])


def _estimate(a: FloatArray, b: FloatArray, resamples: int) -> dict[str, Any]:
    known = ~(np.isnan(a) | np.isnan(b))
    found = bootstrap(weighted_srcc(a[known], b[known]), Resampler([None] * int(known.sum()), resamples))
    return {"value": found.value, "lo": found.lo, "hi": found.hi, "n": found.n}


def _compared(projects: Sequence[_Project]) -> list[tuple[str, str]]:
    """Return the pairs of versions that the pattern is about, of those that every project has."""
    names = [{version.version for version in project.versions} for project in projects]
    everywhere = set.intersection(*names) if names else set()
    last = max((int(name[4:].split("/")[0]) for name in everywhere if name.startswith("iter")), default=0)
    wanted = [("iter1/score", "base")]
    for k in range(2, last + 1):
        score, consistency, merged = (f"iter{k}/{kind}" for kind in ("score", "consistency", "merged"))
        wanted += [(merged, "iter1/score"), (score, merged), (consistency, merged), (consistency, score)]
    return [(better, worse) for better, worse in wanted if {better, worse} <= everywhere]


def _pooled(projects: Sequence[_Project], better: str, worse: str, resamples: int) -> dict[str, Any]:
    """Return the mean over the projects of the paired differences, images resampled within each project."""
    row: dict[str, Any] = {"better": better, "worse": worse}
    for measure in ("srcc", "tone_label", "text_only"):
        found = [_difference(project, better, worse, measure, resamples, seed) for seed, project in enumerate(projects)]
        known = [difference for difference in found if difference is not None]
        if not known:
            row[measure] = None
            continue
        lo, hi = np.nanpercentile(np.mean([values for _, values in known], axis=0), (2.5, 97.5))
        value = float(np.mean([value for value, _ in known]))
        row[measure] = {"value": value, "lo": float(lo), "hi": float(hi), "projects": len(known)}
    return row


def _difference(
    project: _Project, better: str, worse: str, measure: str, resamples: int, seed: int
) -> tuple[float, FloatArray] | None:
    """Return the paired difference of two versions, and that of each resample (resamples,)."""
    sides = [
        compared for name in (better, worse) if (compared := _sides(project.named(name), project, measure)) is not None
    ]
    if len(sides) < 2:
        return None
    known = ~np.isnan(np.array(sides)).any(axis=(0, 1))
    first, second = (weighted_srcc(a[known], b[known]) for a, b in sides)
    n = int(known.sum())

    def difference(weights: FloatArray) -> FloatArray:
        return np.asarray(first(weights) - second(weights))

    return point(difference, n), Resampler([None] * n, resamples, seed).values(difference)


def _sides(version: Explained | None, project: _Project, measure: str) -> tuple[FloatArray, FloatArray] | None:
    """Return the two sides of the rank correlation that a measure is."""
    if version is None:
        return None
    if measure == "srcc":
        return version.score, project.truth
    if measure == "tone_label":
        return _tones(version.texts), version.label
    return None if version.read is None else (version.read, version.label)
