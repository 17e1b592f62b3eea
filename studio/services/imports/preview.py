"""Preview an import before a project exists; nothing is written. No Qt, no torch, no database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from engine.contract.binning import BinningError, fit
from studio.services.errors import StudioError
from studio.services.imports.column_guess import SAMPLE, guess_columns
from studio.services.imports.direction import Direction, direction
from studio.services.imports.few_images import few_images_warnings
from studio.services.imports.formats import registry
from studio.services.imports.formats.column_names import NEEDED
from studio.services.imports.formats.duplicate_files import Digests
from studio.services.imports.formats.headed import koniq_scores
from studio.services.imports.formats.hints import header_hint
from studio.services.imports.formats.tables import head_of
from studio.services.imports.ratings import read_ratings
from studio.services.imports.same_files import kept_together
from studio.services.imports.score_source import MISSING_FILE, ScoredImage, ScoreTable, read_scores
from studio.services.imports.types import Columns, Preview, Refusal
from studio.services.projects.splitting import assign_splits
from studio.services.projects.types import SPLITS, Split
from studio.services.settings.schema import ImportSettings, SplitSettings

BARS = 48
NO_SCORES = (
    "This folder has images, but no scores to train on. Choose a table of scores, or have a trained model score the "
    "folder: score-studio predict."
)
_CHOOSABLE = (*registry.GENERIC, "koniq", "spaq")


def formats() -> list[tuple[str, str]]:
    """Return name and title of every format, specific formats first."""
    return [(one.name, one.title) for one in registry.FORMATS.values()]


def find_scores(images: Path) -> Path | None:
    """Return the score source in or beside a folder of images: a dataset's label file, or the only table."""
    for place in (images, images.parent):
        known = (one for name, one in registry.FORMATS.items() if name != "folder")
        found = next((candidate for one in known for candidate in one.detect(place)), None)
        if found is not None:
            return found.source
    return None


def read_columns(file: Path, importer: str | None = None) -> Columns:
    """Return the columns of a table, with a guess at each column's meaning, by its name and its first rows.

    Raises:
        StudioError: unreadable, not a table, or without a header.
    """
    candidate = registry.choose(file, ImportSettings(importer=importer))
    known = registry.FORMATS[candidate.format]
    if candidate.format not in _CHOOSABLE:  # a label file of a known format: nothing to choose
        return Columns(
            ("image", "score"), "image", "score", "", "", format=known.name, title=known.title,
            known_by=known.known_by, choosable=False,
        )  # fmt: skip
    names, rows = head_of(candidate.source, SAMPLE)
    if not names:
        raise StudioError(f"The table {file} is empty.", "Its first line must contain the column names.")
    scores = koniq_scores(candidate.source) if known.name == "koniq" else ()
    guess = guess_columns(names, rows)
    hint = "" if guess.image and guess.score else header_hint(candidate.source, NEEDED)
    return replace(
        guess, format=known.name, title=known.title, known_by=known.known_by, scores=scores, source=candidate.source,
        hint=hint,
    )  # fmt: skip


def score_direction(columns: Columns, score: str) -> Direction:
    """Return which scores of a column are better, as far as names tell."""
    if columns.format not in registry.GENERIC or columns.source is None:
        return Direction(False)
    return direction(None, score, columns.source, columns.names)


def preview(
    images: Path,
    scores: Path,
    columns: ImportSettings,
    shares: SplitSettings,
    seed: int,
    digests: Digests | None = None,
) -> Preview:
    """Read the whole table like the import; ``digests`` caches file digests between previews.

    Raises:
        StudioError: folder or table cannot be read at all, or a column does not exist.
    """
    table = read_scores(scores, images, columns, shares, seed)
    table.images, same = kept_together(table.images, images, digests, val_is_drawn=table.draw is not None)
    table.warnings += same
    missing = sum(refusal.reason.startswith(MISSING_FILE) for refusal in table.refused)
    values = [image.score for image in table.images]
    low, high = (min(values), max(values)) if values else (0.0, 0.0)
    splits, warnings, problem = _split(table, shares, seed)
    warnings = [*table.warnings, *warnings]
    training = [score for score, split in zip(values, splits, strict=False) if split == "train"]
    edges: tuple[float, ...] = ()
    bins: tuple[int, ...] = ()
    if not problem:
        try:
            binning, binned = fit(training, lower_is_better=table.direction.lower_is_better)
            edges, bins = binning.edges, binned.counts
            warnings += [*binned.warnings, *_rating_warnings(table, images, columns)]
        except (BinningError, StudioError) as error:
            problem = str(error)
    counts = Counter(splits)
    warnings += [] if problem else few_images_warnings({name: counts[name] for name in SPLITS})
    return Preview(
        read=len(table.images) + len(table.refused),
        accepted=len(table.images),
        missing=missing,
        refused=tuple(table.refused),
        warnings=tuple(warnings),
        splits={name: counts[name] for name in SPLITS},
        drawn=any(image.split is None for image in table.images),
        edges=edges,
        bins=bins,
        low=low,
        high=high,
        heights=_heights(values, low, high),
        problem=problem,
        refused_votes=tuple(table.refused_votes),
        lower_is_better=table.direction.lower_is_better,
    )


def common_reason(refused: Sequence[Refusal]) -> tuple[int, str] | None:
    """Return for how many skipped rows the same is to be done, and the first one's reason; None if not for most.

    Reasons that differ only in the file that is probably meant are the same.
    """
    kinds = Counter(_remedy(one.reason) for one in refused)
    found, count = kinds.most_common(1)[0] if kinds else ("", 0)
    if count < 2 or count * 2 <= len(refused):
        return None
    return count, next(one.reason for one in refused if _remedy(one.reason) == found)


def _remedy(reason: str) -> str:
    return reason.rpartition(" does: ")[2] if reason.startswith(MISSING_FILE) else reason


def _rating_warnings(table: ScoreTable, images: Path, columns: ImportSettings) -> list[str]:
    if table.votes_read:
        refused = len(table.refused_votes)
        return [f"{refused} of {table.votes_read} individual ratings will be skipped."] if refused else []
    return read_ratings(table.source, images, (image.path for image in table.images), columns)[1]


def _split(table: ScoreTable, shares: SplitSettings, seed: int) -> tuple[Sequence[Split], list[str], str]:
    if not table.images:
        none = "No row of the table can be imported: choose other columns or another images folder."
        return [], [], NO_SCORES if table.format == "folder" else none
    try:
        splits = assign_splits(table.images, shares, seed)
    except StudioError as error:
        return _own(table.images), [], str(error)
    if "val" in splits:
        return splits, [], ""
    return splits, ["The split val is empty: scores will be calibrated by bin means instead of a fit."], ""


def _own(images: Sequence[ScoredImage]) -> list[Split]:
    return [image.split for image in images if image.split is not None]


def _heights(values: Sequence[float], low: float, high: float) -> tuple[int, ...]:
    if not values or low == high:
        return (len(values),) if values else ()
    counts = [0] * BARS
    for value in values:
        counts[min(BARS - 1, int((value - low) / (high - low) * BARS))] += 1
    return tuple(counts)
