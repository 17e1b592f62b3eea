"""Confidence intervals of shares."""

from __future__ import annotations

import math

Z95 = 1.959963984540054
"""Standard deviations of a normal distribution on either side that hold 95% of it."""


def wilson_interval(share: float, n: float) -> tuple[float, float]:
    """Return Wilson's 95% interval of a share (0 to 1) of ``n`` cases (more than 0); within 0 to 1, and around it."""
    square = Z95**2
    centre = (share + square / (2 * n)) / (1 + square / n)
    half = Z95 * math.sqrt(share * (1 - share) / n + square / (4 * n**2)) / (1 + square / n)
    return max(0.0, min(share, centre - half)), min(1.0, max(share, centre + half))
