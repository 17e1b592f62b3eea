"""The list of degradations, one row each. Standard library only; ``engine.degradations`` computes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

DegradationName = Literal[
    "blur", "motion_blur", "noise", "salt_and_pepper", "compression", "pixelation", "underexposure", "overexposure",
    "low_contrast", "high_contrast", "desaturation", "oversaturation", "monochrome", "tilt", "crop", "subject_blur",
    "subject_mask",
]  # fmt: skip
DegradationGroup = Literal["quality", "colour", "framing", "subject"]
UNTOUCHED = "none"
"""The name under which the image itself is stored beside its degraded copies."""


@dataclass(frozen=True, slots=True)
class DegradationKind:
    """One way to make an image worse along one attribute.

    Attributes:
        name: its name in settings and results.
        group: quality, colour, framing or subject.
        words: the word list (``resources/probe/words.json``) of explanations that name it.
        graded: whether its strength can be chosen; otherwise it is always 1.
        probed: whether the faithfulness probe applies it by default.
    """

    name: DegradationName
    group: DegradationGroup
    words: str
    graded: bool = True
    probed: bool = True


KINDS: tuple[DegradationKind, ...] = (
    DegradationKind("blur", "quality", "blur"),
    DegradationKind("motion_blur", "quality", "blur", probed=False),
    DegradationKind("noise", "quality", "noise"),
    DegradationKind("salt_and_pepper", "quality", "noise", probed=False),
    DegradationKind("compression", "quality", "compression"),
    DegradationKind("pixelation", "quality", "pixelation", probed=False),
    DegradationKind("underexposure", "colour", "underexposure"),
    DegradationKind("overexposure", "colour", "overexposure"),
    DegradationKind("low_contrast", "colour", "low_contrast"),
    DegradationKind("high_contrast", "colour", "high_contrast", probed=False),
    DegradationKind("desaturation", "colour", "desaturation"),
    DegradationKind("oversaturation", "colour", "oversaturation", probed=False),
    DegradationKind("monochrome", "colour", "monochrome", graded=False),
    DegradationKind("tilt", "framing", "tilt"),
    DegradationKind("crop", "framing", "crop"),
    DegradationKind("subject_blur", "subject", "subject_blur", probed=False),
    DegradationKind("subject_mask", "subject", "subject_mask", probed=False),
)
BY_NAME: Mapping[str, DegradationKind] = {kind.name: kind for kind in KINDS}
PROBED: tuple[DegradationName, ...] = tuple(kind.name for kind in KINDS if kind.probed)
"""What the faithfulness probe applies by default."""


def copy_file(image_id: int, degradation: str, strength: float) -> str:
    """Return the name of the file in which a degraded copy is kept for people to look at."""
    return f"{image_id}-{degradation}-{strength:g}.jpg"
