"""Does the explanation carry the score? What a version reads from its own texts, alone and beside another picture."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.contract.specs import LABELS
from engine.measuring import metrics
from engine.measuring.metrics import Difference, Estimate
from engine.measuring.split import Row, Split, qualities, resampler

FAR = 3
"""Labels apart from which a text contradicts its score, and from which text and picture of a swap differ."""


def rereading(split: Split) -> dict[str, Estimate]:
    """Return what the texts say, of the rows that were read; empty if there are none.

    ``text_label``: rank correlation of the score read from the text alone with the label of the same answer;
    ``text_truth``: with the true score, negated where lower scores are better. ``contradictions``: share of texts that
    are read at least three labels away.
    ``swap_text`` and ``swap_image``: rank correlation of the score read from another image's text beside this picture
    with the label of that text, and of this picture; ``swap_follows_text``: share of swaps whose score is nearer to
    the text's label, where the two are at least three apart.
    """
    read = [row for row in split.rows if row.get("reread") and row["label"] is not None]
    if not read:
        return {}
    said, labels = _expected([row["reread"]["logprobs"] for row in read]), [row["label"] for row in read]
    sampler = resampler(split.spec, read)
    found = {
        "text_label": metrics.bootstrap(metrics.weighted_srcc(said, labels), sampler),
        "text_truth": metrics.bootstrap(metrics.weighted_srcc(said, qualities(split.spec, read)), sampler),
        "contradictions": metrics.wilson(sum(_contradicts(row) for row in read), len(read), sampler.units),
    }
    return found | _swaps(split, [row for row in read if row["reread"]["swapped_label"] is not None])


def _swaps(split: Split, rows: Sequence[Row]) -> dict[str, Estimate]:
    if not rows:
        return {}
    sampler = resampler(split.spec, rows)
    # Bayes' rule: what the picture says of the labels, times how likely each makes the text.
    said = _expected([np.add(row["logprobs"], row["reread"]["swapped_logprobs"]) for row in rows])
    texts = [row["reread"]["swapped_label"] for row in rows]
    pictures = [row["label"] for row in rows]
    found = {
        "swap_text": metrics.bootstrap(metrics.weighted_srcc(said, texts), sampler),
        "swap_image": metrics.bootstrap(metrics.weighted_srcc(said, pictures), sampler),
    }
    apart = [place for place in range(len(rows)) if abs(texts[place] - pictures[place]) >= FAR]
    if apart:
        follows = sum(abs(said[place] - texts[place]) < abs(said[place] - pictures[place]) for place in apart)
        units = resampler(split.spec, [rows[place] for place in apart]).units
        found["swap_follows_text"] = metrics.wilson(int(follows), len(apart), units)
    return found


def differences(split: Split, other: str) -> dict[str, Difference]:
    """Return the paired differences from another version where both have been read."""
    rows = [
        row
        for row in split.rows
        if row.get("reread")
        and row["label"] is not None
        and row.get("compare_reread", {}).get(other)
        and row.get("compare_answers", {}).get(other, {}).get("label") is not None
    ]
    if not rows:
        return {}
    theirs = [{"reread": row["compare_reread"][other], "label": row["compare_answers"][other]["label"]} for row in rows]
    sampler = resampler(split.spec, rows)
    statistics = [
        metrics.weighted_srcc(
            _expected([row["reread"]["logprobs"] for row in answers]), [row["label"] for row in answers]
        )
        for answers in (rows, theirs)
    ]
    contradicted = [[_contradicts(row) for row in answers] for answers in (rows, theirs)]
    return {
        "text_label": metrics.paired_bootstrap(statistics[0], statistics[1], sampler),
        "contradictions": metrics.paired_rates(contradicted[0], contradicted[1], sampler.groups),
    }


def _expected(logprobs: Sequence[Sequence[float]]) -> np.ndarray:
    """Return the expected label of rows of ten log-probabilities, which need not be normalised."""
    values = np.asarray(logprobs, dtype=np.float64)
    weights = np.exp(values - values.max(axis=1, keepdims=True))
    return np.asarray((weights / weights.sum(axis=1, keepdims=True)) @ np.asarray(LABELS))


def _contradicts(row: Row) -> bool:
    distance = abs(float(_expected([row["reread"]["logprobs"]])[0]) - row["label"])
    return bool(round(distance, 6) >= FAR)
