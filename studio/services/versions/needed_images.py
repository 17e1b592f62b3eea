"""How many test images would be needed to tell a difference from chance. Standard library only."""

from __future__ import annotations

import math
from statistics import NormalDist

from studio.services.versions.types import MetricValue, NeededImages

POWER = 0.8
MOST = 100_000
"""More images than this are "more than 100,000": the figure would only show that the difference is next to nothing."""
_NORMAL = NormalDist()


def needed_images(delta: MetricValue, level: float = 0.05, power: float = POWER) -> NeededImages | None:
    """Return how many test images tell a difference as large as this one from chance, with 80% power by default.

    The usual formula for a paired comparison (Cohen 1988, chapter 2), ``((z_level + z_power) * s / difference) ** 2``,
    with the standard deviation ``s`` of one image's share in the difference from the width of the 95% interval. The
    interval is the bootstrap's: Student's t and sqrt((n - 1) / n) in it are taken out (``engine.measuring.bca``). The
    real difference may be another one than that measured, so that the figure is rough.

    Args:
        delta: the paired difference with its 95% interval over ``n`` images.
        level: two-sided significance level of the comparison, smaller where several are corrected for.
        power: probability that the difference is found, if it is really as large.

    Returns:
        None where the difference is 0, or there is no interval.
    """
    if not delta.value or delta.lo is None or delta.hi is None or delta.n < 2 or not math.isfinite(delta.value):
        return None
    deviation = (delta.hi - delta.lo) / (2 * _half_width(delta.n)) * math.sqrt(delta.n)
    factor = _NORMAL.inv_cdf(1 - level / 2) + _NORMAL.inv_cdf(power)
    wanted = (factor * deviation / delta.value) ** 2
    if not wanted < delta.n + MOST:
        return NeededImages(delta.n + MOST, MOST, is_more=True)
    total = max(delta.n, math.ceil(wanted))
    return NeededImages(total, total - delta.n)


def _half_width(n: int) -> float:
    """Return half of an interval's width in standard errors: Student's t, as Hill's expansion gives it, and its factor.

    Hill 1970, Communications of the ACM 13:619 (algorithm 396), first three terms.
    """
    z, free = _NORMAL.inv_cdf(0.975), n - 1
    t = z + (z**3 + z) / (4 * free) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * free**2)
    t += (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * free**3)
    return t * math.sqrt(n / free)
