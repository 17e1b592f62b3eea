"""Two to four versions side by side, light enough for tens of thousands of images. No Qt, no torch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import attrgetter

from db.engine import Session
from db.queries import contrast as queries
from db.queries import versions as version_queries
from studio.services.errors import StudioError
from studio.services.project import Project
from studio.services.rows_compare import Contrast, ContrastOrder, ContrastRow, Scored

MOST_VERSIONS = 4
Key = Callable[[ContrastRow], float | None]


def measured_versions(project: Project) -> list[str]:
    """Names of the versions that have a metric on the test split, in order of making."""
    with project.reader() as session:
        return [name for _, name in _measured(session)]


def contrast(project: Project, versions: Sequence[str] = (), order: ContrastOrder = "change") -> Contrast:
    """The test images as these versions score them; without names the first and the latest measured version.

    Names that are not (or no longer) measured are left out. With fewer than two versions there are no rows. ``change``
    puts first where a version is furthest from the first one, ``error`` where a version is furthest from the truth,
    ``disagreement`` where the highest and the lowest score are furthest apart. Images without the scores come last.

    Raises:
        StudioError: more versions than four were named.
    """
    with project.reader() as session:
        known = {name: key for key, name in _measured(session)}
        chosen = [name for name in dict.fromkeys(versions) if name in known]
        if len(chosen) < 2:
            chosen = list(dict.fromkeys([*list(known)[:1], *list(known)[-1:]]))
        if len(chosen) > MOST_VERSIONS:
            raise StudioError(f"{len(chosen)} versions are too many to compare.", f"Choose up to {MOST_VERSIONS}.")
        rows = _rows(project, session, [known[name] for name in chosen]) if len(chosen) > 1 else []
    rows.sort(key=sort_key(order))
    lowest, highest = _bounds(rows)
    return Contrast(tuple(known), tuple(chosen), order, tuple(rows), lowest, highest)


def texts(project: Project, image_id: int, versions: Sequence[str]) -> tuple[str, ...]:
    """What these versions wrote about one image, "" where one wrote nothing."""
    with project.reader() as session:
        ids = {row.name: row.id for row in version_queries.all_versions(session)}
        found = queries.texts(session, image_id)
    return tuple(found.get(ids.get(name, -1), "") for name in versions)


def sort_key(order: ContrastOrder) -> Callable[[ContrastRow], tuple[float, str, int]]:
    """What to sort rows by: the largest first, then by name."""
    measure: dict[ContrastOrder, Key] = {
        "change": largest_change,
        "error": largest_error,
        "disagreement": disagreement,
        "name": lambda _row: 0.0,
    }
    distance = measure[order]

    def key(row: ContrastRow) -> tuple[float, str, int]:
        found = distance(row)
        return (float("inf") if found is None else -found), row.image_name, row.image_id

    return key


def scores_of(row: ContrastRow) -> list[float]:
    """The scores that there are."""
    return [scored.score for scored in row.scored if scored is not None and scored.score is not None]


def largest_change(row: ContrastRow) -> float | None:
    """How far the furthest version is from the first one."""
    first = row.scored[0].score if row.scored[0] else None
    others = [scored.score for scored in row.scored[1:] if scored is not None and scored.score is not None]
    return None if first is None or not others else max(abs(score - first) for score in others)


def largest_error(row: ContrastRow) -> float | None:
    """How far the worst version is from the truth."""
    return max((abs(score - row.truth) for score in scores_of(row)), default=None)


def disagreement(row: ContrastRow) -> float | None:
    """Highest minus lowest score; None with fewer than two."""
    scores = scores_of(row)
    return None if len(scores) < 2 else max(scores) - min(scores)


def _measured(session: Session) -> list[tuple[int, str]]:
    have = {metric.model_version_id for metric in version_queries.metrics(session, "test")}
    return [(row.id, row.name) for row in version_queries.all_versions(session) if row.id in have]


def _rows(project: Project, session: Session, version_ids: Sequence[int]) -> list[ContrastRow]:
    columns = [_column(session, version_id) for version_id in version_ids]
    root = project.images_root()
    return [
        ContrastRow(key, root / path, name, truth, label, scored)
        for key, path, name, truth, label in queries.test_images(session)
        if any(scored := tuple(column.get(key) for column in columns))
    ]


def _column(session: Session, version_id: int) -> dict[int, Scored]:
    grades = queries.grades(session, version_id)
    return {
        image: Scored(score, label, parse_ok, truncated, grades.get(prediction))
        for image, prediction, score, label, parse_ok, truncated in queries.scores(session, version_id)
    }


def _bounds(rows: Sequence[ContrastRow]) -> tuple[float, float]:
    if not rows:
        return 0.0, 1.0
    truths = list(map(attrgetter("truth"), rows))
    scores = [score for row in rows for score in scores_of(row)]
    lowest, highest = min(truths + scores), max(truths + scores)
    return (lowest, highest) if highest > lowest else (lowest - 0.5, highest + 0.5)
