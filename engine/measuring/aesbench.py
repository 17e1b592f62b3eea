"""AesBench's figures with 95% intervals: accuracies, grades of interpretations, the overall score. No torch.

As in the AesExpert paper's tables: AesP and AesE by aspect, image source and question type, AesA by source, AesI as
means of three grades from 0 to 2 and of all three. An answer that cannot be read counts as wrong and as a format
failure. Each accuracy is given by both readings: by the text that the model wrote, and by the option that it finds the
most likely. Accuracies are shares, 0 to 1; the overall score is in percent, the mean of four of which AesI's is 100
times its mean grade (so it can be up to 200).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from engine.contract.aesbench.questions import (
    ASPECTS,
    CHOICES,
    DIMENSIONS,
    INTERPRETATION,
    KINDS,
    SOURCES,
    BenchQuestion,
)
from engine.contract.aesbench.reading import read_answer
from engine.measuring import metrics
from engine.measuring.metrics import Difference, Estimate, FloatArray, Resampler, Statistic

TEXT, LIKELIHOOD, JUDGE = "text", "likelihood", "judge"
"""By what an answer is known: its text, the options' likelihoods, or a judge's grades."""
CRITERIA = ("relevance", "precision", "completeness")
HIGHEST_GRADE = 2.0


@dataclass(frozen=True, slots=True)
class BenchAnswer:
    """A version's answer to a question with options.

    Attributes:
        question: one of AesP, AesE, AesA.
        text: what the model wrote; None if it was not asked.
        logprobs: ``[options]`` log-likelihoods of the options; None if they were not computed.
    """

    question: BenchQuestion
    text: str | None = None
    logprobs: Sequence[float] | None = None


@dataclass(frozen=True, slots=True)
class BenchGrade:
    """A judge's grades of one interpretation, each 0 to 2; None, or a number outside, is a missing grade."""

    question: BenchQuestion
    relevance: float | None
    precision: float | None
    completeness: float | None

    def values(self) -> tuple[float, float, float] | None:
        """Return the three grades in the order of ``CRITERIA``; None if one is missing."""
        known = [
            value
            for value in (self.relevance, self.precision, self.completeness)
            if value is not None and 0 <= value <= HIGHEST_GRADE
        ]
        return (float(known[0]), float(known[1]), float(known[2])) if len(known) == 3 else None


@dataclass(frozen=True, slots=True)
class BenchRun:
    """All that one version said and was graded: at most one answer or grade for each question."""

    answers: Sequence[BenchAnswer] = ()
    grades: Sequence[BenchGrade] = ()


@dataclass(frozen=True, slots=True)
class BenchFigure:
    """One figure with its 95% interval over images.

    Attributes:
        dimension: AesP, AesE, AesA or AesI; "" for the overall score.
        by, part: which of the questions: ("all", ""), ("source", "natural"), ("kind", "how"), ("aspect", "content").
        reading: by what the answers are known: ``TEXT``, ``LIKELIHOOD`` or ``JUDGE``.
        name: accuracy, format_failures, relevance, precision, completeness, interpretation, coverage or overall.
        value, lo, hi: NaN where undefined.
        n: number of questions; of images for the overall score.
        p: of a difference, two-sided; NaN for figures of one version.
    """

    dimension: str
    by: str
    part: str
    reading: str
    name: str
    value: float
    lo: float
    hi: float
    n: int
    p: float = math.nan


Key = tuple[str, str]
"""Image and dimension of a question."""


@dataclass(frozen=True, slots=True)
class _Values:
    """One value per question for one name, by the question's key."""

    dimension: str
    by: str
    part: str
    reading: str
    name: str
    values: dict[Key, float] = field(default_factory=dict)


def likeliest(logprobs: Sequence[float]) -> int | None:
    """Return the place of the largest log-likelihood; None if one is not a number, or if two share the first place."""
    numbers = np.asarray(logprobs, dtype=np.float64)
    if not numbers.size or np.isnan(numbers).any() or numbers.max() == -math.inf:
        return None
    best = np.flatnonzero(numbers == numbers.max())
    return int(best[0]) if len(best) == 1 else None


def overall_score(perception: float, empathy: float, assessment: float, interpretation: float) -> float:
    """Return the paper's overall score in percent.

    Args:
        perception, empathy, assessment: accuracies in percent, 0 to 100.
        interpretation: the mean grade, 0 to 2.
    """
    return (perception + empathy + assessment + 100 * interpretation) / 4


def bench_figures(run: BenchRun, *, bootstrap: int, seed: int) -> list[BenchFigure]:
    """Return all figures of a version, those of the whole of a dimension first.

    Args:
        run: its answers and grades.
        bootstrap: number of resamples.
        seed: of the resamples.
    """
    found = []
    for one in _of_run(run):
        values = list(one.values.values())
        if one.name in ("accuracy", "format_failures", "coverage"):
            estimate = metrics.wilson(round(sum(values)), len(values))
        else:
            estimate = metrics.bootstrap(
                metrics.weighted_mean(values), Resampler([None] * len(values), bootstrap, seed)
            )
        found.append(_figure(one, estimate))
    for reading in (TEXT, LIKELIHOOD):
        parts = _overall_parts(run, reading)
        if parts:
            images = _images(parts)
            estimate = metrics.bootstrap(_weighted_overall(parts, images), Resampler(images, bootstrap, seed))
            found.append(_figure(_Values("", "all", "", reading, "overall"), estimate))
    return found


def bench_differences(mine: BenchRun, theirs: BenchRun, *, bootstrap: int, seed: int) -> list[BenchFigure]:
    """Return the paired differences of two versions, mine minus theirs, on the questions that both have.

    Args:
        mine, theirs: of the two versions. A question that is not the same in both is left out.
        bootstrap: number of resamples.
        seed: of the resamples.
    """
    first, second = _alike(mine, theirs), _alike(theirs, mine)
    others = {_place(one): one for one in _of_run(second)}
    found = []
    for one in _of_run(first):
        other = others.get(_place(one))
        shared = [key for key in one.values if other is not None and key in other.values]
        if other is None or not shared:
            continue
        left, right = [one.values[key] for key in shared], [other.values[key] for key in shared]
        if one.name in ("accuracy", "format_failures", "coverage"):
            difference = metrics.paired_rates(left, right, [None] * len(shared))
        else:
            resampler = Resampler([None] * len(shared), bootstrap, seed)
            difference = metrics.paired_bootstrap(metrics.weighted_mean(left), metrics.weighted_mean(right), resampler)
        found.append(_figure(one, difference))
    for reading in (TEXT, LIKELIHOOD):
        parts, other_parts = _shared(_overall_parts(first, reading), _overall_parts(second, reading))
        if parts:
            images = _images(parts)
            difference = metrics.paired_bootstrap(
                _weighted_overall(parts, images),
                _weighted_overall(other_parts, images),
                Resampler(images, bootstrap, seed),
            )
            found.append(_figure(_Values("", "all", "", reading, "overall"), difference))
    return found


def _figure(one: _Values, found: Estimate | Difference) -> BenchFigure:
    p = found.p if isinstance(found, Difference) else math.nan
    return BenchFigure(
        one.dimension, one.by, one.part, one.reading, one.name, found.value, found.lo, found.hi, found.n, p
    )


def _place(one: _Values) -> tuple[str, ...]:
    return one.dimension, one.by, one.part, one.reading, one.name


def _key(question: BenchQuestion) -> Key:
    return question.image, question.dimension


def _of_run(run: BenchRun) -> Iterator[_Values]:
    """Yield all values of a version that are not empty, by dimension."""
    questions = {_key(answer.question): answer.question for answer in run.answers}
    for dimension in CHOICES:
        for reading in (TEXT, LIKELIHOOD):
            right, unread = _marks(run, dimension, reading)
            for by, part in _parts(dimension):
                keys = [key for key in right if _belongs(questions[key], by, part)]
                if keys:
                    yield _Values(dimension, by, part, reading, "accuracy", {key: right[key] for key in keys})
                    failures = {key: unread[key] for key in keys}
                    yield _Values(dimension, by, part, reading, "format_failures", failures)
    yield from _of_grades(run)


def _marks(run: BenchRun, dimension: str, reading: str) -> tuple[dict[Key, float], dict[Key, float]]:
    """Return which answers of a dimension are right and which are unread, 1 or 0 each."""
    right, unread = {}, {}
    for answer in run.answers:
        question = answer.question
        said: str | None = None
        if question.dimension != dimension or (answer.text if reading == TEXT else answer.logprobs) is None:
            continue
        if reading == TEXT:
            said = read_answer(answer.text or "", question.options).letter
        elif answer.logprobs is not None and len(answer.logprobs) == len(question.options):
            best = likeliest(answer.logprobs)
            said = None if best is None else question.options[best].letter
        right[_key(question)] = float(said == question.right)
        unread[_key(question)] = float(said is None)
    return right, unread


def _parts(dimension: str) -> Iterator[tuple[str, str]]:
    """Yield the parts that a dimension is told apart by, the whole first."""
    yield "all", ""
    yield from (("source", source) for source in SOURCES)
    if dimension in ASPECTS:
        yield from (("kind", kind) for kind in KINDS)
        yield from (("aspect", aspect) for aspect in ASPECTS[dimension])


def _belongs(question: BenchQuestion, by: str, part: str) -> bool:
    said = {"source": question.source, "kind": question.kind, "aspect": question.aspect}
    return by == "all" or said[by] == part


def _of_grades(run: BenchRun) -> Iterator[_Values]:
    questions = {_key(grade.question): grade.question for grade in run.grades}
    grades = {_key(grade.question): grade.values() for grade in run.grades}
    for by, part in _parts(INTERPRETATION):
        keys = [key for key in grades if _belongs(questions[key], by, part)]
        known = {key: values for key in keys if (values := grades[key]) is not None}
        if known:
            means = {key: math.fsum(values) / 3 for key, values in known.items()}
            yield _Values(INTERPRETATION, by, part, JUDGE, "interpretation", means)
            for place, name in enumerate(CRITERIA):
                own = {key: values[place] for key, values in known.items()}
                yield _Values(INTERPRETATION, by, part, JUDGE, name, own)
        if keys:
            given = {key: float(key in known) for key in keys}
            yield _Values(INTERPRETATION, by, part, JUDGE, "coverage", given)


def _overall_parts(run: BenchRun, reading: str) -> dict[str, dict[str, float]]:
    """Return the four dimensions' values by image; empty if a dimension has none: then there is no overall score."""
    parts: dict[str, dict[str, float]] = {
        dimension: {image: 100 * value for (image, _), value in _marks(run, dimension, reading)[0].items()}
        for dimension in CHOICES
    }
    parts[INTERPRETATION] = {
        grade.question.image: 100 * math.fsum(values) / 3
        for grade in run.grades
        if (values := grade.values()) is not None
    }
    return parts if all(parts.values()) else {}


def _shared(
    mine: dict[str, dict[str, float]], theirs: dict[str, dict[str, float]]
) -> tuple[dict[str, dict[str, float]], dict[str, dict[str, float]]]:
    """Return both sides with the images that both have in a dimension; empty if a dimension has none."""
    if not mine or not theirs:
        return {}, {}
    both = {name: [image for image in mine[name] if image in theirs[name]] for name in DIMENSIONS}
    if not all(both.values()):
        return {}, {}
    first, second = (
        {name: {image: side[name][image] for image in images} for name, images in both.items()}
        for side in (mine, theirs)
    )
    return first, second


def _images(parts: Mapping[str, Mapping[str, float]]) -> list[str]:
    return list(dict.fromkeys(image for values in parts.values() for image in values))


def _weighted_overall(parts: Mapping[str, Mapping[str, float]], images: Sequence[str]) -> Statistic:
    """Return the mean of the dimensions' means over images ``[n]``, of which not all have each dimension."""
    values = np.asarray([[parts[name].get(image, 0.0) for image in images] for name in DIMENSIONS])
    present = np.asarray([[float(image in parts[name]) for image in images] for name in DIMENSIONS])

    def overall(weights: FloatArray) -> FloatArray:
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(((weights @ values.T) / (weights @ present.T)).mean(axis=1))

    return overall


def _alike(run: BenchRun, other: BenchRun) -> BenchRun:
    """Return what a version said about the questions that the other one was asked, in the same words."""
    asked = {_key(one.question): one.question for one in other.answers}
    asked |= {_key(one.question): one.question for one in other.grades}
    return BenchRun(
        [one for one in run.answers if asked.get(_key(one.question)) == one.question],
        [one for one in run.grades if asked.get(_key(one.question)) == one.question],
    )
