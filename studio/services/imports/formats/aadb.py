"""AADB (Kong et al., ECCV 2016): ``AADBinfo.mat``, or the published lists ``imgListTrainRegression_score.txt`` etc.

The .mat file's 8,458 training images include the paper's 500 for validation without identifying them: 500 of 8,458 are
chosen from train by the project's seed. The text lists have a separate list. If both the old and the new test list
exist, the new one is used; its images may have their score before the name, as in 0.500_farm1_x.jpg.
Each worker's votes are in a separate file: see ``aadb_votes``.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from studio.services.errors import StudioError
from studio.services.imports.formats.aadb_votes import VotesByImage
from studio.services.imports.formats.image_walk import listed_files
from studio.services.imports.formats.numbers import finite_number
from studio.services.imports.formats.records import Candidate, DrawValidation, Format, Item, Record, Refused
from studio.services.imports.formats.text import read_lines
from studio.services.projects.types import Split
from studio.services.settings.schema import ImportSettings

VALIDATION_SHARE = 500 / 8458
_MAT = "aadbinfo.mat"
_LISTS: tuple[tuple[str, Split], ...] = (
    ("imgListValidationRegression", "val"),
    ("imgListTestNewRegression", "test"),
    ("imgListTestRegression", "test"),
    ("imgListTrainRegression", "train"),
)


def detect(path: Path) -> list[Candidate]:
    """Return the folder of the lists, or the .mat file; lists first, since they identify the validation images."""
    if path.is_file():
        known = path.name.lower() == _MAT or (path.name.startswith("imgList") and path.name.endswith("_score.txt"))
        return [Candidate("aadb", path if path.suffix == ".mat" else path.parent)] if known else []
    places = [place for place in (path, path / "imgListFiles_label", path / "data") if place.is_dir()]
    lists = [place for place in places if (place / "imgListTrainRegression_score.txt").is_file()]
    mats = [file for place in places for file in listed_files(place) if file.name.lower() == _MAT]
    return [Candidate("aadb", source) for source in (*lists, *mats)]


def read(source: Path, columns: ImportSettings) -> Iterator[Item]:
    """Yield the rows of the .mat file or of the lists, with each worker's vote if the file of votes exists."""
    votes = VotesByImage.beside(source)
    yield from votes.read()
    for item in _read_lists(source) if source.is_dir() else _read_mat(source):
        yield votes.joined(item) if isinstance(item, Record) else item
    yield from votes.left()


def _read_mat(file: Path) -> Iterator[Item]:
    from scipy.io import loadmat

    yield DrawValidation(VALIDATION_SHARE)
    try:
        data: dict[str, Any] = loadmat(file)
        parts = [(name, data[f"{name}NameList"].ravel(), data[f"{name}Score"].ravel()) for name in ("test", "train")]
    except (OSError, ValueError, TypeError, KeyError, NotImplementedError, AttributeError) as error:
        remedy = "It contains trainNameList, trainScore, testNameList and testScore. Download the file again."
        raise StudioError(f"{file} is not AADB's label file: {error}.", remedy) from error
    for name, names, scores in parts:
        split: Split = "test" if name == "test" else "train"
        if len(names) != len(scores):
            raise StudioError(
                f"{file}: {len(names)} names in {name}, but {len(scores)} scores.", "Download the file again."
            )
        for number, (cell, score) in enumerate(zip(names, scores, strict=True), start=1):
            image = str(cell.item()) if getattr(cell, "size", 0) == 1 else str(cell)
            yield _record(f"{file.name} ({name}NameList)", number, image, repr(float(score)), split, {})


def _read_lists(folder: Path) -> Iterator[Item]:
    if not (folder / f"{_LISTS[0][0]}_score.txt").is_file():
        yield DrawValidation(VALIDATION_SHARE)
    seen: set[Split] = set()
    for stem, split in _LISTS:
        file = folder / f"{stem}_score.txt"
        if split in seen or not file.is_file():
            continue
        seen.add(split)
        attributes = _attributes(folder, stem)
        for line, text in read_lines(file):
            image, _, score = text.rpartition(" ")
            yield _record(file.name, line, image.strip(), score, split, attributes.get(image.strip(), {}))


def _attributes(folder: Path, stem: str) -> dict[str, dict[str, str]]:
    """Return the attribute scores of each image, as text, from the lists beside the list of scores."""
    found: dict[str, dict[str, str]] = {}
    for file in sorted(folder.glob(f"{stem}_*.txt")):
        name = file.stem.removeprefix(f"{stem}_")
        if name == "score":
            continue
        for _, text in read_lines(file):
            image, _, value = text.rpartition(" ")
            found.setdefault(image.strip(), {})[name] = value
    return found


def _record(file: str, line: int, image: str, text: str, split: Split, tags: dict[str, str]) -> Item:
    score = finite_number(text)
    if score is None or not 0 <= score <= 1:
        return Refused(file, line, f"{image} {text}".strip(), "the score is not a number from 0 to 1")
    spellings = tuple(dict.fromkeys(f"{score:.{digits}f}_{image}" for digits in (3, 2))) if split == "test" else ()
    return Record(file, line, image, score, "name", split=split, tags=tags, spellings=spellings)


FORMATS = (
    Format(
        "aadb",
        "AADB (AADBinfo.mat, or its lists)",
        "the name AADBinfo.mat or imgListTrainRegression_score.txt",
        detect,
        read,
        place=20,
    ),
)
