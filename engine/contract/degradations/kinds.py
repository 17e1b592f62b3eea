"""The list of degradations, one row each. Standard library only; ``engine.degradations`` computes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

DegradationName = Literal[
    "blur", "motion_blur", "noise", "salt_and_pepper", "compression", "pixelation", "underexposure", "overexposure",
    "low_contrast", "high_contrast", "desaturation", "oversaturation", "monochrome", "tilt", "crop",
]  # fmt: skip
DegradationGroup = Literal["quality", "colour", "framing"]
UNTOUCHED = "none"
"""The name under which the image itself is stored beside its degraded copies."""


@dataclass(frozen=True, slots=True)
class DegradationKind:
    """One way to make an image worse along one attribute.

    Attributes:
        name: its name in settings and results.
        group: quality, colour or framing.
        label: English name for people; the window translates it.
        words: the word list (``resources/probe/words.json``) of explanations that name it.
        graded: whether its strength can be chosen; otherwise it is always 1.
        probed: whether the faithfulness probe applies it by default.
    """

    name: DegradationName
    group: DegradationGroup
    label: str
    words: str
    graded: bool = True
    probed: bool = True


def QT_TRANSLATE_NOOP(context: str, text: str) -> str:
    """Return the text; the window translates it in this context."""
    return text


KINDS: tuple[DegradationKind, ...] = (
    DegradationKind("blur", "quality", QT_TRANSLATE_NOOP("Degradations", "Blur"), "blur"),
    DegradationKind("motion_blur", "quality", QT_TRANSLATE_NOOP("Degradations", "Motion blur"), "blur", probed=False),
    DegradationKind("noise", "quality", QT_TRANSLATE_NOOP("Degradations", "Noise"), "noise"),
    DegradationKind(
        "salt_and_pepper", "quality", QT_TRANSLATE_NOOP("Degradations", "Salt and pepper"), "noise", probed=False
    ),
    DegradationKind("compression", "quality", QT_TRANSLATE_NOOP("Degradations", "Compression"), "compression"),
    DegradationKind("pixelation", "quality", QT_TRANSLATE_NOOP("Degradations", "Pixelation"), "pixelation", probed=False),
    DegradationKind("underexposure", "colour", QT_TRANSLATE_NOOP("Degradations", "Underexposure"), "underexposure"),
    DegradationKind("overexposure", "colour", QT_TRANSLATE_NOOP("Degradations", "Overexposure"), "overexposure"),
    DegradationKind("low_contrast", "colour", QT_TRANSLATE_NOOP("Degradations", "Low contrast"), "low_contrast"),
    DegradationKind(
        "high_contrast", "colour", QT_TRANSLATE_NOOP("Degradations", "High contrast"), "high_contrast", probed=False
    ),
    DegradationKind("desaturation", "colour", QT_TRANSLATE_NOOP("Degradations", "Low saturation"), "desaturation"),
    DegradationKind(
        "oversaturation", "colour", QT_TRANSLATE_NOOP("Degradations", "High saturation"), "oversaturation", probed=False
    ),
    DegradationKind("monochrome", "colour", QT_TRANSLATE_NOOP("Degradations", "Monochrome"), "monochrome", graded=False),
    DegradationKind("tilt", "framing", QT_TRANSLATE_NOOP("Degradations", "Tilt"), "tilt"),
    DegradationKind("crop", "framing", QT_TRANSLATE_NOOP("Degradations", "Crop"), "crop"),
)
BY_NAME: Mapping[str, DegradationKind] = {kind.name: kind for kind in KINDS}
PROBED: tuple[DegradationName, ...] = tuple(kind.name for kind in KINDS if kind.probed)
"""What the faithfulness probe applies by default."""
