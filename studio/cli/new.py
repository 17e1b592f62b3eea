"""``new``: a project from images and scores, on this machine or from the hub. No Qt, no torch."""

from __future__ import annotations

import sys
import threading
from dataclasses import dataclass
from pathlib import Path

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from studio.cli._output import console, import_lines, plain, shown_command
from studio.cli._stopping import stopping
from studio.jobs import hub_dataset
from studio.services.errors import StudioError
from studio.services.imports import hub_source
from studio.services.imports.column_guess import guess_columns
from studio.services.imports.hub_source import HubSource
from studio.services.projects import create_and_open
from studio.services.settings.toml_file import FILE_NAME, Tree, merged, preset_made_for, presets_made_for

COLUMNS = ("image", "score", "split", "group", "sd", "votes")


@dataclass(frozen=True, slots=True)
class NewProject:
    """The command's arguments. ``images`` and ``scores`` are paths, or one of them is a hub data set.

    Attributes:
        columns: as ``image=NAME,score=NAME``.
        allow_root: additional folder for images, outside of the images folder.
        refusals: file for the skipped rows.
        lower_is_better: which scores are better; None: recognised by the names of column and file.
        ratings: table of single ratings: image, rater, score.
        lists: folder with AVA's lists of ids.
    """

    root: Path
    images: str | None
    scores: str | None
    model: str
    config: Path | None = None
    preset: str | None = None
    importer: str | None = None
    columns: str | None = None
    allow_root: Path | None = None
    refusals: Path | None = None
    lower_is_better: bool | None = None
    ratings: Path | None = None
    lists: Path | None = None


def run_new(asked: NewProject) -> None:
    """Create a project and print the import report; a model with exactly one preset uses that one by default.

    Raises:
        StudioError: an argument is wrong; no project is created then.
        OperationCancelled: stopped while fetching; fetched files are kept.
    """
    preset = preset_made_for(asked.model) if asked.preset is None else asked.preset
    edits = _edits(asked)
    create_and_open.check_new(asked.root, model=asked.model, config=asked.config, preset=preset, edits=edits)
    images, scores, edits = _sources(asked, edits)
    report = create_and_open.create_project(
        asked.root, images=images, scores=scores, model=asked.model, config=asked.config, preset=preset, edits=edits,
        importer=asked.importer, refusals=asked.refusals,
    )  # fmt: skip
    screen = console(sys.stdout)
    if preset is not None:
        screen.print(Text(f"Using the preset {preset}; change its settings in {asked.root / FILE_NAME}."))
    elif made := presets_made_for(asked.model):
        known = ", ".join(made)
        screen.print(Text(f"Using default settings. Presets for this model (--preset NAME): {known}."))
    for line in import_lines(report):
        screen.print(Text(line))
    if asked.refusals is not None:
        screen.print(Text(f"The skipped rows are also in {plain(asked.refusals)}."))
    screen.print(Text(f"Next: {shown_command('run', asked.root)}"))


def parse_columns(text: str) -> dict[str, str]:
    """Parse ``image=NAME,score=NAME`` and so on into column names by meaning.

    Raises:
        StudioError: invalid notation, or an unknown meaning.
    """
    found: dict[str, str] = {}
    for part in text.split(","):
        key, equals, name = (piece.strip() for piece in part.partition("="))
        if not equals or key not in COLUMNS or not name or key in found:
            what = f"--columns contains {part.strip()!r}, which is not a column name."
            raise StudioError(what, f"Write image=NAME,score=NAME. Available: {', '.join(COLUMNS)}.")
        found[key] = name
    return found


def _edits(asked: NewProject) -> Tree:
    chosen: Tree = dict(parse_columns(asked.columns)) if asked.columns else {}
    if asked.allow_root is not None:
        if not asked.allow_root.is_dir():
            raise StudioError(
                f"The folder {asked.allow_root} does not exist.", "Set an existing folder with --allow-root."
            )
        chosen["outside"] = str(asked.allow_root.expanduser().resolve())
    if asked.lower_is_better is not None:
        chosen["lower_is_better"] = asked.lower_is_better
    for name, path in (("ratings", asked.ratings), ("lists", asked.lists)):
        if path is not None:
            if not path.exists():
                raise StudioError(f"{path} does not exist.", f"Check the path of --{name}.")
            chosen[name] = str(path.expanduser().resolve())
    return {"import": chosen} if chosen else {}


def _sources(asked: NewProject, edits: Tree) -> tuple[Path, Path, Tree]:
    given = [text for text in (asked.images, asked.scores) if text is not None]
    hub = [text for text in given if hub_source.is_hub_source(text)]
    if not given:
        raise StudioError("No images were given.", "Use a folder: --images DIR, or a data set: --images hf:owner/name.")
    if not hub:
        images, scores = asked.images or given[0], asked.scores or given[0]
        return Path(images), Path(scores), edits
    if len(set(given)) > 1:
        others = ", ".join(sorted(set(given) - {hub[0]}))
        what = f"{hub[0]} has its own images and scores and cannot be combined with {others}."
        raise StudioError(what, "Give only the data set.")
    return _fetched(asked.root / hub_source.FOLDER, HubSource.parse(hub[0]), edits)


def _fetched(folder: Path, source: HubSource, edits: Tree) -> tuple[Path, Path, Tree]:
    """Return images, table and settings of a hub data set, fetching missing files."""
    cancel = threading.Event()
    source = hub_source.pinned(folder, source)
    with stopping(cancel):
        found = hub_dataset.look(source, cancel.is_set)
        chosen = dict(edits.get("import", {}))
        guess = guess_columns(list(found.kinds), found.rows)
        image = found.image_column(chosen.get("image"))
        columns = {"image": image, "score": chosen.get("score") or guess.score}
        columns |= {name: found_as for name, found_as in (("sd", guess.sd), ("votes", guess.votes))
                    if found_as and name not in chosen}  # fmt: skip
        if found.kinds.get(columns["score"]) not in ("number", "text"):
            known = ", ".join(f"{name} ({kind})" for name, kind in found.kinds.items())
            what = f"The score column of {source.repo} cannot be detected. Its columns: {known}."
            raise StudioError(what, f"Set it with: --columns image={image},score=NAME.")
        used = ", ".join(f"{name} from {column!r}" for name, column in columns.items())
        print(plain(f"{source.repo} at {found.commit}: {used}."))
        bars = (TextColumn("Fetching images"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*bars, console=console(sys.stderr), transient=True) as bar:
            task = bar.add_task("", total=found.total)
            hub_dataset.fetch(
                source.at(found.commit), folder, image, cancel.is_set,
                lambda done, total: bar.update(task, completed=done, total=total),
            )  # fmt: skip
    kept: Tree = {"import": {**columns, "dataset": source.at(found.commit).written}}
    return folder / hub_source.IMAGES, folder / hub_source.ROWS, merged(edits, kept)
