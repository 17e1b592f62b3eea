"""Compare a report's manifest with what was predicted and measured again. Plain values; no Qt, no torch.

A reproduction agrees if everything that the predictions depend on is the same (images, scores, prompt, parser,
weights, settings) and if the numbers come out the same. Other libraries or another device are named, but do not
disagree by themselves: they explain small differences.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studio.services.errors import StudioError
from studio.services.reports.manifest import FORMAT
from studio.services.reports.render_html import read_manifest

TOLERANCE = 0.005
"""The most by which a correlation or a share may differ; errors may, times the deviation of the true scores."""
SAME_LABELS = 0.99
"""The share of images that must get the same label again."""
_CORRELATIONS = ("srcc", "plcc", "kendall", "format_failures")


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that the predictions depend on: whether it is the same here as in the report."""

    name: str
    reported: str
    here: str

    @property
    def agrees(self) -> bool:
        """Return whether they are equal."""
        return self.reported == self.here


@dataclass(frozen=True, slots=True)
class MeasuredAgain:
    """One number of a version, as reported and as measured now; None: undefined."""

    name: str
    reported: float | None
    here: float | None
    tolerance: float

    @property
    def agrees(self) -> bool:
        """Return whether they differ by no more than the tolerance."""
        if self.reported is None or self.here is None:
            return self.reported is None and self.here is None
        return abs(self.reported - self.here) <= self.tolerance


@dataclass(frozen=True, slots=True)
class VersionAgain:
    """One version predicted and measured again.

    Attributes:
        name: the version.
        checks: what its predictions depend on.
        numbers: its metrics; empty if it was not predicted again.
        images: how many answers were compared one by one.
        same_labels: how many of them have the same label.
        largest: the largest difference of a score, in the original scale.
        notes: other libraries, another device.
    """

    name: str
    checks: tuple[Check, ...]
    numbers: tuple[MeasuredAgain, ...] = ()
    images: int = 0
    same_labels: int = 0
    largest: float = 0.0
    notes: tuple[str, ...] = ()

    @property
    def agrees(self) -> bool:
        """Return whether dependencies and numbers agree; a version that was not predicted again does not."""
        if not self.images:
            return False
        same = self.same_labels >= SAME_LABELS * self.images
        return same and all(one.agrees for one in self.checks) and all(one.agrees for one in self.numbers)

    @property
    def identical(self) -> bool:
        """Return whether every answer that was compared is exactly the same."""
        return self.agrees and self.images > 0 and self.same_labels == self.images and self.largest < 1e-5


@dataclass(frozen=True, slots=True)
class Reproduction:
    """The whole comparison."""

    checks: tuple[Check, ...]
    versions: tuple[VersionAgain, ...]

    @property
    def agrees(self) -> bool:
        """Return whether everything agrees."""
        same = all(one.agrees for one in self.checks)
        return same and bool(self.versions) and all(one.agrees for one in self.versions)


def load_manifest(report: Path) -> dict[str, Any]:
    """Return the manifest of an HTML report, or of a manifest file on its own (.json).

    Raises:
        StudioError: the file cannot be read, has no manifest, or one of another release.
    """
    try:
        text = report.read_text(encoding="utf-8")
        found = json.loads(text) if report.suffix.lower() == ".json" else read_manifest(text)
    except (OSError, ValueError) as error:
        message = f"{report} cannot be read: {error}."
        raise StudioError(message, "Give the HTML file that score-studio report wrote.") from error
    if not isinstance(found, dict) or not isinstance(found.get("versions"), list):
        raise StudioError(f"{report} contains no manifest.", "Give the HTML file that score-studio report wrote.")
    if found.get("format") != FORMAT:
        message = f"{report} was written by another release (manifest {found.get('format')}, known: {FORMAT})."
        raise StudioError(message, "Use the release that wrote it; it is named in the manifest.")
    return found


def compare_splits(reported: Mapping[str, Any], here: Mapping[str, Any], parser: str) -> tuple[Check, ...]:
    """Return whether images, scores and the parser are the same."""
    checks = [
        Check(f"{split} images and scores", _split_text(reported["splits"].get(split)), _split_text(here.get(split)))
        for split in here
    ]
    return (*checks, Check("parser", str(reported.get("parser")), parser))


def _split_text(split: Mapping[str, Any] | None) -> str:
    return "none" if split is None else f"{split['images']} images, {split['sha256'][:16]}"


def compare_dependencies(reported: Mapping[str, Any], here: Mapping[str, Any]) -> tuple[Check, ...]:
    """Return whether weights, prompt and settings of one version are the same."""
    return tuple(Check(name, _text(reported.get(name)), _text(value)) for name, value in here.items())


def _text(value: object) -> str:
    return "none" if value is None else str(value)


def compare_numbers(
    reported: Mapping[str, Mapping[str, Any]], here: Mapping[str, Mapping[str, Any]], spread: float
) -> tuple[MeasuredAgain, ...]:
    """Return the metrics side by side; ``spread`` is the standard deviation of the true scores."""
    found = []
    for name, metric in reported.items():
        allowed = 0.0 if name == "n" else TOLERANCE if name in _CORRELATIONS else TOLERANCE * spread
        found.append(MeasuredAgain(name, metric["value"], here.get(name, {}).get("value"), allowed))
    return tuple(found)


def compare_answers(
    labels: tuple[Sequence[int | None], Sequence[int | None]],
    scores: tuple[Sequence[float | None], Sequence[float | None]],
) -> tuple[int, int, float]:
    """Return of answers (reported, here): how many there are, with the same label, and the largest score difference."""
    pairs = [
        (first, second, one, other)
        for first, second, one, other in zip(*labels, *scores, strict=True)
        if one is not None and other is not None
    ]
    same = sum(first == second for first, second, _, _ in pairs)
    return len(pairs), same, max((abs(one - other) for _, _, one, other in pairs), default=0.0)


def run_notes(reported: Mapping[str, Any], here: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what differs between the runs without being a disagreement: device, precision in use, libraries."""
    notes = [
        f"{name}: {reported[name]} in the report, {here[name]} here"
        for name in ("device", "dtype", "attention", "quantization")
        if reported.get(name) and here.get(name) and reported[name] != here[name]
    ]
    known, now = reported.get("libraries") or {}, here.get("libraries") or {}
    return (
        *notes,
        *(
            f"{name} {known[name]} in the report, {now[name]} here"
            for name in known
            if now.get(name) not in (None, known[name])
        ),
    )


def spread_of(truth: Sequence[float]) -> float:
    """Return the standard deviation; 0 for fewer than two values."""
    if len(truth) < 2:
        return 0.0
    mean = math.fsum(truth) / len(truth)
    return math.sqrt(math.fsum((value - mean) ** 2 for value in truth) / (len(truth) - 1))
