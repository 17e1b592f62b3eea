"""Whether a version is better, in words that need no statistics."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from studio.services.versions.types import MetricValue, VersionVerdict
from studio.text import NOTHING

translate = QCoreApplication.translate


def delta_text(delta: MetricValue, places: int = 2) -> str:
    """Return "+0.47 [0.38, 0.55]"; the difference alone without an interval."""
    if delta.value is None:
        return NOTHING
    if delta.lo is None or delta.hi is None:
        return f"{delta.value:+.{places}f}"
    return f"{delta.value:+.{places}f} [{delta.lo:.{places}f}, {delta.hi:.{places}f}]"


def chance_text(p: float | None) -> str:
    """Return a p-value in words, with the value."""
    if p is None:
        return ""
    value = "p < 0.001" if p < 0.001 else f"p = {p:.3f}" if p < 0.1 else f"p = {p:.2f}"
    if p < 0.01:
        return translate("Verdicts", "very unlikely to be due to chance, {0}").format(value)
    return (
        translate("Verdicts", "unlikely to be due to chance, {0}")
        if p < 0.05
        else translate("Verdicts", "could be due to chance, {0}")
    ).format(value)


def verdict_text(verdict: VersionVerdict | None) -> str:
    """Return the verdict for a table cell: "better: +0.47 [0.38, 0.55]"."""
    if verdict is None:
        return NOTHING
    words = {
        "better": translate("Verdicts", "better"),
        "worse": translate("Verdicts", "worse"),
        "unclear": translate("Verdicts", "no clear difference"),
    }
    return f"{words[verdict.word]}: {delta_text(verdict.delta)}"


def verdict_sentence(version: str, verdict: VersionVerdict | None) -> str:
    """Return a sentence: compared versions, verdict, difference and p-value."""
    if verdict is None:
        return ""
    sentences = {
        "better": translate("Verdicts", "{0} ranks the test images better than {1}: SRCC {2}{3}."),
        "worse": translate("Verdicts", "{0} ranks the test images worse than {1}: SRCC {2}{3}."),
        "unclear": translate(
            "Verdicts", "{0} shows no clear difference from {1} in ranking the test images: SRCC {2}{3}."
        ),
    }
    chance = chance_text(verdict.p)
    note = f" ({chance})" if chance else ""
    return sentences[verdict.word].format(version, verdict.other, delta_text(verdict.delta), note)
