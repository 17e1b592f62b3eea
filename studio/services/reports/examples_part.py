"""Examples like the paper's figures 4 to 8: images with explanations, and pairs, drawn at random with a seed.

Nobody chooses them by how good they look: the seed and the rule are printed beside them. No Qt, no torch.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

from db.engine import Session
from db.queries import images as image_queries
from db.queries import pairs, predictions
from studio.pictures import PictureProblem, decode
from studio.services.projects.project import Project
from studio.services.recipes.version_names import MAIN
from studio.services.reports.types import Example, Examples, ReportAnswer, ReportSection
from studio.services.seeding import seeded_sample
from studio.services.versions.overview import main_line
from studio.services.versions.types import VersionRow
from studio.text import number

SIDE = 360
"""Longest side of a picture in pixels."""
_QUALITY = 80
_PURPOSE = "report"


def examples_section(project: Project, versions: Sequence[VersionRow], count: int) -> ReportSection | None:
    """Return ``count`` test images with what base and final versions wrote, and as many pairs of each iteration."""
    finals = [row for row in main_line(versions) if "srcc" in row.metrics]
    blocks = tuple(
        block for block in (_answers(project, finals, count), *_all_pairs(project, count)) if block is not None
    )
    return ReportSection("Examples", blocks) if blocks else None


def _answers(project: Project, finals: Sequence[VersionRow], count: int) -> Examples | None:
    root, seed = project.images_root(), project.settings.project.seed
    with project.reader() as session:
        known = {
            row.id: (row.name, f"true score {row.mean_score:.4g} (label {row.bin})", row.path)
            for row in image_queries.of_splits(session, ("test",))
        }
        found = {row.name: _explained(session, row) for row in finals}
        shared = [image for image in known if found and all(image in answers for answers in found.values())]
        chosen = seeded_sample(shared, count, seed, _PURPOSE)
    items = tuple(
        Example(name, truth, picture(root / path), tuple(found[row.name][image] for row in finals))
        for image, (name, truth, path) in ((image, known[image]) for image in chosen)
    )
    if not items:
        return None
    note = f"{len(items)} of {len(shared):,} test images that all of these versions explained, drawn with seed {seed}."
    return Examples("What the versions say", note, items)


def _explained(session: Session, row: VersionRow) -> dict[int, ReportAnswer]:
    return {
        image.id: ReportAnswer(
            row.name,
            f"score {number(one.score, 2)}" + ("" if one.label is None else f", label {one.label}"),
            one.text,
            "" if one.parse_ok else "This answer broke the format.",
        )
        for one, image in predictions.of_version(session, row.id, ("test",), explained=True)
    }


def _all_pairs(project: Project, count: int) -> list[Examples | None]:
    with project.reader() as session:
        iterations = list(pairs.iterations(session))
    return [_pairs(project, iteration, count) for iteration in iterations]


def _pairs(project: Project, iteration: int, count: int) -> Examples | None:
    root, seed = project.images_root(), project.settings.project.seed
    with project.reader() as session:
        records = {record.id: record for record in pairs.in_image_order(session, iteration, MAIN)}
    chosen = seeded_sample(records, count, seed, f"{_PURPOSE} pairs {iteration}")
    items = tuple(
        Example(
            record.name,
            f"true score {record.mean_score:.4g} (label {record.bin})",
            picture(root / record.path),
            (
                ReportAnswer("chosen", f"label {record.chosen_score}", record.chosen_text),
                ReportAnswer(
                    "rejected", f"label {record.rejected_score}", record.rejected_text, _verdict(record.verdict)
                ),
            ),
        )
        for record in (records[key] for key in chosen)
    )
    if not items:
        return None
    note = f"{len(items)} of {len(records):,} pairs, drawn with seed {seed}, vetoed ones included."
    return Examples(f"Pairs of iteration {iteration}", note, items)


def _verdict(verdict: str) -> str:
    return "A person vetoed this pair." if verdict == "veto" else ""


def picture(path: Path, side: int = SIDE) -> bytes | None:
    """Return the image as a JPEG of at most ``side`` pixels; None if the file cannot be read."""
    try:
        image = decode(path, side)
    except PictureProblem:
        return None
    stream = io.BytesIO()
    image.save(stream, "JPEG", quality=_QUALITY)
    return stream.getvalue()
