"""Compared answers as one HTML file that needs nothing else: pictures are inside, every text is escaped.

No Qt, no torch.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from engine.contract.atomic_files import write_text
from studio.services.errors import StudioError
from studio.services.projects.project import Project
from studio.services.reports.examples_part import picture
from studio.services.reports.render_html import environment
from studio.services.versions.comparison import gain, gain_sign, texts
from studio.services.versions.types import ColumnOrder, Comparison, Scored
from studio.text import number

SIDE = 640
"""Longest side of a picture in pixels."""
_ORDERS = {
    "improved": "most improved first",
    "worsened": "most worsened first",
    "change": "largest change first",
    "error": "largest error first",
    "disagreement": "largest disagreement first",
    "name": "by name",
}
_COLUMNS = {"name": "name", "truth": "true score", "gain": "error reduced by"}


class TextSpan(Protocol):
    """Characters of a text."""

    @property
    def start(self) -> int:
        """The first one."""

    @property
    def end(self) -> int:
        """The one after the last."""


Differ = Callable[[str, str], tuple[Sequence[TextSpan], Sequence[TextSpan]]]
"""Returns what is only in the first of two texts, and what is only in the second."""


@dataclass(frozen=True, slots=True)
class SavedAnswer:
    """What one version says about an image.

    Attributes:
        version: its name.
        scored: score, label and so on; None if it has no answer.
        truth: the image's true score.
        gain: how much smaller its error is than the first version's; None for the first version, or unknown.
        pieces: the explanation in pieces, with whether each differs from the first version's.
    """

    version: str
    scored: Scored | None
    truth: float
    gain: float | None
    pieces: tuple[tuple[str, bool], ...]

    @property
    def state(self) -> str:
        """Return better, worse or same; "" if nothing can be said."""
        return "" if self.gain is None else {1: "better", -1: "worse", 0: "same"}[gain_sign(self.gain)]

    @property
    def facts(self) -> str:
        """Return error and label."""
        scored = self.scored
        if scored is None:
            return "no answer for this image"
        parts = [] if scored.score is None else [f"off by {scored.score - self.truth:+.2f}"]
        parts += [] if scored.label is None else [f"label {scored.label}"]
        return ", ".join([*parts, *(() if scored.parse_ok else ("not in the requested format",))])

    @property
    def change(self) -> str:
        """Return in words whether it is better than the first version."""
        if self.gain is None or not self.state:
            return ""
        words = {
            "better": f"▲ better: {abs(self.gain):.2f} closer to the true score",
            "worse": f"▼ worse: {abs(self.gain):.2f} further from the true score",
            "same": "= as far from the true score",
        }
        return words[self.state]


@dataclass(frozen=True, slots=True)
class SavedComparison:
    """One image with its answers; ``picture`` is a JPEG, None if the file cannot be read."""

    name: str
    truth: float
    bin: int
    picture: bytes | None
    answers: tuple[SavedAnswer, ...]


def gather(project: Project, found: Comparison, places: Sequence[int], differ: Differ) -> list[SavedComparison]:
    """Return the images in these positions of a comparison, with their texts and pictures."""
    return [_gathered(project, found, place, differ) for place in places]


def write_html(project: Project, found: Comparison, places: Sequence[int], differ: Differ, file: Path) -> None:
    """Write these images of a comparison as one HTML file; it is replaced atomically.

    Raises:
        StudioError: the file cannot be written.
    """
    template = environment().get_template("comparison.html")
    text = template.render(
        project=project.name,
        versions=found.versions,
        sentence=_sentence(found, len(places)),
        items=gather(project, found, places, differ),
        number=number,
    )
    try:
        write_text(file, text)
    except OSError as error:
        raise StudioError(f"Could not save {file}: {error.strerror}.", "Choose another file.") from error


def _gathered(project: Project, found: Comparison, place: int, differ: Differ) -> SavedComparison:
    row = found.row(place)
    written = texts(project, row.image_id, found.versions)
    first = row.scored[0].score if row.scored[0] is not None else None
    answers = []
    for number_, (version, scored, text) in enumerate(zip(found.versions, row.scored, written, strict=True)):
        change = gain(row.truth, (first, None if scored is None else scored.score)) if number_ else None
        spans = _own_words(written, number_, differ)
        answers.append(SavedAnswer(version, scored, row.truth, change, _pieces(text, spans)))
    return SavedComparison(row.image_name, row.truth, row.bin, picture(row.image_path, SIDE), tuple(answers))


def _own_words(written: Sequence[str], place: int, differ: Differ) -> Sequence[TextSpan]:
    """Return what the other text does not say; the first of more than two has no other."""
    if place:
        return differ(written[0], written[place])[1] if written[0] and written[place] else ()
    return differ(*written)[0] if len(written) == 2 and all(written) else ()


def _pieces(text: str, spans: Sequence[TextSpan]) -> tuple[tuple[str, bool], ...]:
    found, at = [], 0
    for span in spans:
        found += [(text[at : span.start], False), (text[span.start : span.end], True)]
        at = span.end
    found.append((text[at:], False))
    return tuple(piece for piece in found if piece[0])


def _sentence(found: Comparison, shown: int) -> str:
    order = found.order
    if isinstance(order, ColumnOrder):
        how = (
            f"sorted by {_COLUMNS.get(order.column, order.column)}, {'highest' if order.descending else 'lowest'} first"
        )
    else:
        how = _ORDERS[order]
    listed = f"The first {shown:,} of {found.count:,} test images, {how}" if shown > 1 else "One test image"
    counts = f"{found.better:,} images are closer to their true score and {found.worse:,} further from it"
    return f"{listed}. Of all {found.count:,}, {counts} with {found.versions[-1]} than with {found.versions[0]}."
