"""How scores agree with the truth: rank agreement, error by bin, calibration, differences from another version."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from engine.contract.specs import LABELS
from engine.measuring import metrics
from engine.measuring.bca import FloatArray
from engine.measuring.metrics import Difference, Estimate, Statistic
from engine.measuring.split import Split

GROUPS = 10
"""Groups of equally many images, by predicted score, whose means show the calibration."""
SMALLEST_GROUP = 5
KENDALL_RESAMPLES = 200
"""For more than 2,000 images, where each resample takes a while."""
_STATISTICS: Mapping[str, Callable[[FloatArray, FloatArray], Statistic]] = {
    "srcc": metrics.weighted_srcc,
    "plcc": metrics.weighted_plcc,
    "rmse": metrics.weighted_rmse,
    "kendall": metrics.weighted_kendall,
}
COMPARED = tuple(_STATISTICS)


def agreement(split: Split) -> dict[str, Estimate]:
    """Return Kendall's tau-b, errors by true bin and calibration; all in the scores' own unit.

    ``bin_error:<bin>`` is the mean absolute error of the images of a true bin, ``bin_bias:<bin>`` the mean error
    (positive: scored too high). ``calibration_slope`` is that of the truth on the scores. For the other calibration
    metrics the images are sorted by their score into groups of the same size: ``calibration_scored:<group>`` and
    ``calibration_true:<group>`` are their means, ``calibration_error`` is the mean distance of the two.
    """
    predicted, truth = split.predicted(), split.truth()
    kendall = metrics.weighted_kendall(predicted, truth)
    found = {
        "kendall": metrics.bootstrap(kendall, split.resampler(_kendall_resamples(split))),
        "calibration_slope": metrics.bootstrap(metrics.weighted_slope(predicted, truth), split.resampler()),
    }
    return found | _by_bin(split) | _calibration(split)


def differences(mine: Split, theirs: Split, names: Sequence[str]) -> dict[str, Difference]:
    """Return the paired differences of these statistics, ``mine`` minus ``theirs``, on the same images."""
    truth, own, other = mine.truth(), mine.predicted(), theirs.predicted()
    found = {}
    for name in names:
        statistic = _STATISTICS[name]
        most = _kendall_resamples(mine) if name == "kendall" else None
        found[name] = metrics.paired_bootstrap(statistic(own, truth), statistic(other, truth), mine.resampler(most))
    return found


def _kendall_resamples(split: Split) -> int | None:
    return None if len(split.rows) <= metrics.MOST_PAIRED else KENDALL_RESAMPLES


def _by_bin(split: Split) -> dict[str, Estimate]:
    errors = split.predicted() - split.truth()
    found = {}
    for label in LABELS:
        places = [place for place, row in enumerate(split.rows) if row.get("bin") == label]
        if places:
            part = Split(split.spec, [split.rows[place] for place in places], split.scores).resampler()
            found[f"bin_error:{label}"] = metrics.bootstrap(metrics.weighted_mean(np.abs(errors[places])), part)
            found[f"bin_bias:{label}"] = metrics.bootstrap(metrics.weighted_mean(errors[places]), part)
    return found


def _calibration(split: Split) -> dict[str, Estimate]:
    predicted, truth = split.predicted(), split.truth()
    count = min(GROUPS, len(split.rows) // SMALLEST_GROUP)
    if count < 2:
        return {}
    found, distance = {}, 0.0
    for number, places in enumerate(np.array_split(np.argsort(predicted, kind="stable"), count)):
        part = Split(split.spec, [split.rows[place] for place in places], split.scores).resampler()
        scored, true = float(predicted[places].mean()), metrics.bootstrap(metrics.weighted_mean(truth[places]), part)
        found[f"calibration_scored:{number}"] = Estimate(scored, n=len(places))
        found[f"calibration_true:{number}"] = true
        distance += len(places) * abs(scored - true.value)
    return found | {"calibration_error": Estimate(distance / len(split.rows), n=len(split.rows))}
