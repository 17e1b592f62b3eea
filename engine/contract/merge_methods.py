"""The merge methods with weights and densities that keep the size of the adapters. Standard library only.

Both adapters of an iteration start from the previous one, so they mostly agree: a method that adds them needs weights
that sum to 1, or the merged adapter is twice as large and the model repeats itself. ``docs/MERGING.md`` has the
measured sizes. The methods are peft's, see ``PeftModel.add_weighted_adapter``.
"""

from __future__ import annotations

from dataclasses import dataclass

LEAST_RATIO, LARGEST_RATIO = 0.5, 1.6
"""A merged adapter whose size relative to the mean of its parents is outside this range is refused."""


@dataclass(frozen=True, slots=True)
class MergeMethod:
    """One method.

    Attributes:
        weight: of each of two adapters; the default.
        density: share of values kept, the default; None: the method keeps all.
        on_factors: works on the LoRA factors A and B separately, so it needs equal ranks, and each weight is split
            between the two: the product also has the terms B1 A2 and B2 A1.
    """

    weight: float
    density: float | None
    on_factors: bool


MERGE_METHODS = {
    "ties": MergeMethod(1.0, 0.5, on_factors=True),
    "ties_svd": MergeMethod(1.0, 0.5, on_factors=False),
    "linear": MergeMethod(0.25, None, on_factors=True),
    "svd": MergeMethod(0.5, None, on_factors=False),
    "cat": MergeMethod(0.5, None, on_factors=False),
    "dare_linear": MergeMethod(0.25, 0.9, on_factors=True),
    "dare_linear_svd": MergeMethod(0.5, 0.9, on_factors=False),
    "dare_ties": MergeMethod(1.0, 0.9, on_factors=True),
    "dare_ties_svd": MergeMethod(1.0, 0.9, on_factors=False),
    "magnitude_prune": MergeMethod(0.3, 0.5, on_factors=True),
    "magnitude_prune_svd": MergeMethod(0.5, 0.5, on_factors=False),
}
SIGN_METHODS = ("total", "frequency")
