"""A contact sheet: pictures with scores and explanations as HTML files that need nothing else. No Qt, no torch.

Thumbnails are inside, nothing is loaded or run, and every text is escaped.
"""

from __future__ import annotations

import base64
import io
import math
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from studio.pictures import PictureProblem, decode
from studio.services.errors import StudioError
from studio.services.exports.destinations import atomic_file
from studio.services.exports.types import ContactSheet, ScoredPicture, SheetOrder
from studio.services.reports.render_html import environment
from studio.services.sidecars.types import SkippedFile
from studio.text import number

SIDE = 320
"""Longest side of a thumbnail in pixels."""
PER_PAGE = 500
_QUALITY = 80
_THREADS = 4
_AT_ONCE = 32
_MARKER = '<meta name="generator" content="Score Studio">'
_SUFFIXES = (".html", ".htm")

OnProgress = Callable[[int, int], object]


@dataclass(frozen=True, slots=True)
class _Tile:
    name: str
    score: str
    explanation: str
    picture: str
    problem: str


def write_contact_sheet(
    pictures: Sequence[ScoredPicture],
    file: Path,
    title: str,
    *,
    order: SheetOrder = "score",
    on_progress: OnProgress = lambda done, total: None,
) -> ContactSheet:
    """Write the sheet; above 500 pictures the others are in ``NAME-2.html`` and so on. All files or none. Any thread.

    Raises:
        StudioError: no pictures, not an .html file, a page that would replace a file which is no contact sheet, or a
            place that cannot be written.
        OperationCancelled: raised by ``on_progress``; nothing was written.
    """
    files = _files(file, max(1, -(-len(pictures) // PER_PAGE)))
    if not pictures:
        raise StudioError("There are no pictures for a contact sheet.", "Choose some pictures.")
    ordered = _ordered(pictures, order)
    template = environment().get_template("contact_sheet.html")
    unreadable: list[SkippedFile] = []
    with ExitStack() as pages, ThreadPoolExecutor(_THREADS) as threads:
        tiles = _tiles(ordered, threads, unreadable, on_progress)
        for page, place in enumerate(files):
            part = pages.enter_context(atomic_file(place))
            start = page * PER_PAGE
            shown = [next(tiles) for _ in ordered[start : start + PER_PAGE]]
            names = [one.name for one in files]
            facts = {"title": title, "page": page, "pages": names, "start": start, "total": len(ordered)}
            part.write_text(template.render(tiles=shown, version=_version(ordered), **facts), "utf-8")
    return ContactSheet(tuple(files), len(ordered), tuple(unreadable))


def _files(file: Path, pages: int) -> list[Path]:
    if file.suffix.lower() not in _SUFFIXES:
        raise StudioError(f"{file} is not an .html file.", "Use a name that ends in .html.")
    more = [file.with_name(f"{file.stem}-{page}{file.suffix}") for page in range(2, pages + 1)]
    for one in more:
        if one.exists() and not _is_sheet(one):
            raise StudioError(f"{one} would be replaced, but is no contact sheet.", "Choose another name or folder.")
    return [file, *more]


def _is_sheet(file: Path) -> bool:
    try:
        with file.open("rb") as opened:
            return _MARKER.encode() in opened.read(1000)
    except OSError:
        return False


def _ordered(pictures: Sequence[ScoredPicture], order: SheetOrder) -> list[ScoredPicture]:
    if order == "name":
        return sorted(pictures, key=lambda one: (one.name.casefold(), one.name))
    if order == "score":
        return sorted(pictures, key=lambda one: -one.score if _has_score(one) and one.score is not None else math.inf)
    return list(pictures)


def _has_score(picture: ScoredPicture) -> bool:
    return picture.score is not None and math.isfinite(picture.score)


def _version(pictures: Sequence[ScoredPicture]) -> str:
    """Return the version, if all pictures were scored by the same."""
    found = {one.version for one in pictures}
    return found.pop() if len(found) == 1 else ""


def _tiles(
    pictures: Sequence[ScoredPicture],
    threads: ThreadPoolExecutor,
    unreadable: list[SkippedFile],
    on_progress: OnProgress,
) -> Iterator[_Tile]:
    """Yield the tiles in order. Thumbnails are decoded on threads, only a few ahead."""
    several = not _version(pictures)
    for start in range(0, len(pictures), _AT_ONCE):
        some = pictures[start : start + _AT_ONCE]
        for index, (picture, (thumbnail, problem)) in enumerate(zip(some, threads.map(_thumbnail, some), strict=True)):
            on_progress(start + index, len(pictures))
            if problem:
                unreadable.append(SkippedFile(picture.path, problem))
            score = number(picture.score, 2) + (f" · {picture.version}" if several and picture.version else "")
            yield _Tile(picture.name, score, picture.explanation, thumbnail, problem)


def _thumbnail(picture: ScoredPicture) -> tuple[str, str]:
    """Return a data URI and "", or "" and the reason why there is none."""
    try:
        image = decode(picture.path, SIDE)
    except PictureProblem as problem:
        return "", f"This image cannot be shown: {problem}."
    out = io.BytesIO()
    image.save(out, "JPEG", quality=_QUALITY)
    return "data:image/jpeg;base64," + base64.b64encode(out.getvalue()).decode("ascii"), ""
