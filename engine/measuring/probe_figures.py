"""What degrading images does to a version's scores and explanations, with 95% intervals over images. No torch.

Every figure is paired: a degraded image is compared with the same image untouched, and the version with the base on the
same copies. Figures, by degradation and strength:

``score_change``: score of the degraded image minus that of the untouched one, in the original scale.
``named``, ``named_untouched``: how often the explanation of the degraded, of the untouched image names the attribute.
``naming_gain``: the difference of these two; a model that always says "blurry" gains nothing.
``order``: by degradation alone (strength 0), Kendall's tau of strength and loss of score within an image, averaged
over the images: 1 if more degradation always means a worse score.

``score_change_vs_base``, ``naming_gain_vs_base`` and ``order_vs_base``: this version's minus the base's.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import kendalltau
from scipy.stats import t as student

from engine.contract.degradations.kinds import BY_NAME, UNTOUCHED
from engine.contract.degradations.naming import names
from engine.contract.specs import ProbeSpec
from engine.measuring import metrics
from engine.measuring.metrics import Estimate, Resampler
from engine.measuring.readout import expected_score

Row = dict[str, Any]
Copy = tuple[int, str, float]
"""Image, degradation and strength: one copy of one image."""
ALL = "all"
"""The mean over all degradations of one strength."""


@dataclass(frozen=True, slots=True)
class _Answer:
    """One answer about one copy: the score in the original scale, and the explanation ("" if it has none)."""

    score: float
    text: str


@dataclass(frozen=True, slots=True)
class _Values:
    """One value per image for one figure, by image id; ``parts``: of how many degradations each is a mean."""

    name: str
    degradation: str
    strength: float
    values: dict[int, float]
    parts: int = 1


def copy_of(row: Mapping[str, Any]) -> Copy:
    """Return which copy an input or journal row is about."""
    return int(row["image_id"]), str(row["degradation"]), float(row["strength"])


def figures(spec: ProbeSpec, inputs: Sequence[Row], answers: Sequence[Row]) -> list[Row]:
    """Return the figures as rows: degradation, strength, name, value, lo, hi, n (images); null where undefined.

    Args:
        spec: with the reference values, the seed and the number of resamples.
        inputs: the stage's input rows.
        answers: its journal rows; those with a problem are left out.
    """
    groups = {int(row["image_id"]): row.get("group") for row in inputs}
    own = _answers(spec.reference, {copy_of(row): row for row in answers if "problem" not in row})
    worse = 1.0 if spec.lower_is_better else -1.0
    found = list(_of_version(own, worse))
    measured = {(one.name, one.degradation, one.strength): one for one in found}
    given = {copy_of(row): row["base"] for row in inputs if row.get("base") is not None}
    compared: list[_Values] = []
    if spec.base_reference is not None and given:
        for base in _of_version(_answers(spec.base_reference, given), worse):
            mine = measured.get((base.name, base.degradation, base.strength))
            if mine is not None and base.name in ("score_change", "naming_gain", "order"):
                compared.append(_minus(mine, base))
    return [_figure(spec, one, groups) for one in (*found, *compared) if one.values]


def adjusted_mean(values: Sequence[float], units: int | None = None, step: float = 1.0) -> Estimate:
    """Return a mean with a 95% interval that has a width even if all values are equal.

    Student's interval, with the variance of the values and of one more on either side of the mean, as D. Bonett and R.
    Price add for paired proportions (J. Educational and Behavioral Statistics 37, 2012).

    Args:
        values: one per image.
        units: number of independent units among them (groups), as in ``metrics.wilson``.
        step: how far on either side: the smallest difference of two values. 0.1 for means of ten numbers 0 or 1.
    """
    n, size = len(values), units or len(values)
    if not n:
        return Estimate(math.nan, reason="there are no images")
    mean = math.fsum(values) / n
    if size < 2:
        return Estimate(mean, n=n, reason="too few images or groups for an interval")
    variance = math.fsum((value - mean) ** 2 for value in values) / n
    half = float(student.ppf(0.975, size - 1)) * math.sqrt((variance * size + 2 * step**2) / (size + 2) / size)
    return Estimate(mean, mean - half, mean + half, n)


def _answers(reference: Sequence[float], rows: Mapping[Copy, Mapping[str, Any]]) -> dict[Copy, _Answer]:
    if not rows:
        return {}
    scores = expected_score([row["logprobs"] for row in rows.values()], reference)
    return {copy: _Answer(float(score), row["text"]) for (copy, row), score in zip(rows.items(), scores, strict=True)}


def _of_version(answers: Mapping[Copy, _Answer], worse: float) -> Iterator[_Values]:
    """Yield all figures of one version, by copy and averaged over the degradations; ``worse``: the sign of a loss."""
    by_copy: dict[tuple[str, float], dict[int, _Answer]] = {}
    for (image, degradation, strength), answer in answers.items():
        by_copy.setdefault((degradation, strength), {})[image] = answer
    untouched = by_copy.pop((UNTOUCHED, 0.0), {})
    found = [
        one
        for (degradation, strength), degraded in sorted(by_copy.items())
        for one in _of_copies(degradation, strength, degraded, untouched)
    ]
    yield from found
    yield from _orders(found, worse)
    yield from _averages(found)


def _of_copies(
    degradation: str, strength: float, degraded: Mapping[int, _Answer], untouched: Mapping[int, _Answer]
) -> Iterator[_Values]:
    both = [image for image in degraded if image in untouched]
    yield _Values("score_change", degradation, strength, {i: degraded[i].score - untouched[i].score for i in both})
    words = BY_NAME[degradation].words
    explained = [image for image in both if degraded[image].text and untouched[image].text]
    named = {image: float(names(degraded[image].text, words) is not None) for image in explained}
    before = {image: float(names(untouched[image].text, words) is not None) for image in explained}
    yield _Values("named", degradation, strength, named)
    yield _Values("named_untouched", degradation, strength, before)
    yield _Values("naming_gain", degradation, strength, {i: named[i] - before[i] for i in explained})


def _orders(found: Sequence[_Values], worse: float) -> Iterator[_Values]:
    """Yield Kendall's tau of strength and loss of score, by image; images whose score never moves have none."""
    changes: dict[str, list[_Values]] = {}
    for one in found:
        if one.name == "score_change":
            changes.setdefault(one.degradation, []).append(one)
    for degradation, graded in changes.items():
        if len(graded) < 2:
            continue
        strengths = [0.0, *(one.strength for one in graded)]
        images = [image for image in graded[0].values if all(image in one.values for one in graded)]
        taus = {i: _tau(strengths, [0.0, *(worse * one.values[i] for one in graded)]) for i in images}
        known = {image: tau for image, tau in taus.items() if math.isfinite(tau)}
        yield _Values("order", degradation, 0.0, known)


def _tau(strengths: Sequence[float], losses: Sequence[float]) -> float:
    return float(kendalltau(strengths, losses).statistic) if len(set(losses)) > 1 else math.nan


def _averages(found: Sequence[_Values]) -> Iterator[_Values]:
    """Yield the mean over all degradations of a strength, of the images that have a value of each."""
    alike: dict[tuple[str, float], list[_Values]] = {}
    for one in found:
        alike.setdefault((one.name, one.strength), []).append(one)
    for (name, strength), parts in sorted(alike.items()):
        images = [image for image in parts[0].values if all(image in one.values for one in parts)]
        means = {i: float(np.mean([one.values[i] for one in parts])) for i in images}
        yield _Values(name, ALL, strength, means, len(parts))


def _minus(mine: _Values, base: _Values) -> _Values:
    shared = {image: value - base.values[image] for image, value in mine.values.items() if image in base.values}
    return _Values(f"{mine.name}_vs_base", mine.degradation, mine.strength, shared, mine.parts)


def _range(name: str) -> tuple[float, float]:
    """Return the smallest and the largest value that a figure can have."""
    if name.startswith("score_change"):
        return -math.inf, math.inf
    if name.startswith("named"):
        return 0.0, 1.0
    return (-2.0, 2.0) if name.endswith("_vs_base") else (-1.0, 1.0)


def _figure(spec: ProbeSpec, one: _Values, groups: Mapping[int, str | None]) -> Row:
    values = list(one.values.values())
    resampler = Resampler([groups.get(image) for image in one.values], spec.bootstrap, spec.seed)
    if one.name.startswith("score_change"):
        estimate = metrics.bootstrap(metrics.weighted_mean(values), resampler)
    elif one.name.startswith("named") and one.degradation != ALL:
        estimate = metrics.wilson(round(sum(values)), len(values), resampler.units)
    else:
        estimate = adjusted_mean(values, resampler.units, 1 / one.parts)
    least, most = _range(one.name)
    numbers = {
        name: min(most, max(least, value)) if math.isfinite(value) else None
        for name, value in (("value", estimate.value), ("lo", estimate.lo), ("hi", estimate.hi))
    }
    return {
        "degradation": one.degradation,
        "strength": one.strength,
        "name": one.name,
        **numbers,
        "n": estimate.n,
    }
