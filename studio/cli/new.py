"""``new``: a project from images and scores, of this machine or of the hub. Knows no Qt and no torch."""

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
from studio.services.imports.hub_source import HubSource
from studio.services.imports.preview import guess_columns
from studio.services.projects import create_and_open
from studio.services.settings.toml_file import FILE_NAME, Tree, merged, preset_made_for, presets_made_for

COLUMNS = ("image", "score", "split", "group", "sd", "votes")


@dataclass(frozen=True, slots=True)
class NewProject:
    """What the command line says. ``images`` and ``scores`` are paths, or one of them a data set of the hub.

    Attributes:
        columns: as ``image=NAME,score=NAME``.
        allow_root: folder that paths may lead into, outside of the images folder.
        refusals: file for the rows that are left out.
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


def run_new(asked: NewProject) -> None:
    """Make a project and say what was imported; a model with one preset made for it gets that one by default.

    Raises:
        StudioError: something that was asked for is wrong; there is no project then.
        Cancelled: stopped while fetching; what was fetched is kept.
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
        screen.print(Text(f"Settings of the preset {preset}; change them in {asked.root / FILE_NAME}."))
    elif made := presets_made_for(asked.model):
        known = ", ".join(made)
        screen.print(Text(f"The settings are the defaults. Made for this model, for --preset NAME: {known}."))
    for line in import_lines(report):
        screen.print(Text(line))
    if asked.refusals is not None:
        screen.print(Text(f"What was left out is in {plain(asked.refusals)} too."))
    screen.print(Text(f"Next: {shown_command('run', asked.root)}"))


def parse_columns(text: str) -> dict[str, str]:
    """``image=NAME,score=NAME`` and so on, by what the column is.

    Raises:
        StudioError: it is written otherwise, or names what no column can be.
    """
    found: dict[str, str] = {}
    for part in text.split(","):
        key, equals, name = (piece.strip() for piece in part.partition("="))
        if not equals or key not in COLUMNS or not name or key in found:
            what = f"--columns says {part.strip()!r}, which names no column."
            raise StudioError(what, f"Write it as image=NAME,score=NAME; these can be named: {', '.join(COLUMNS)}.")
        found[key] = name
    return found


def _edits(asked: NewProject) -> Tree:
    chosen: Tree = dict(parse_columns(asked.columns)) if asked.columns else {}
    if asked.allow_root is not None:
        if not asked.allow_root.is_dir():
            raise StudioError(f"The folder {asked.allow_root} does not exist.", "Name a folder with --allow-root.")
        chosen["outside"] = str(asked.allow_root.expanduser().resolve())
    return {"import": chosen} if chosen else {}


def _sources(asked: NewProject, edits: Tree) -> tuple[Path, Path, Tree]:
    given = [text for text in (asked.images, asked.scores) if text is not None]
    hub = [text for text in given if hub_source.is_hub_source(text)]
    if not given:
        raise StudioError("No images are named.", "Name a folder: --images DIR, or a data set: --images hf:owner/name.")
    if not hub:
        images, scores = asked.images or given[0], asked.scores or given[0]
        return Path(images), Path(scores), edits
    if len(set(given)) > 1:
        what = (
            f"{hub[0]} brings its own images and scores, so {', '.join(sorted(set(given) - {hub[0]}))} is one too many."
        )
        raise StudioError(what, "Name the data set only.")
    return _fetched(asked.root / hub_source.FOLDER, HubSource.parse(hub[0]), edits)


def _fetched(folder: Path, source: HubSource, edits: Tree) -> tuple[Path, Path, Tree]:
    """Return images, table and settings of a data set of the hub, fetched as far as it is not there."""
    cancel = threading.Event()
    source = hub_source.pinned(folder, source)
    with stopping(cancel):
        found = hub_dataset.look(source, cancel.is_set)
        chosen = dict(edits.get("import", {}))
        guess = guess_columns(list(found.kinds))
        image = found.image_column(chosen.get("image"))
        columns = {"image": image, "score": chosen.get("score") or guess.score}
        columns |= {name: found_as for name, found_as in (("sd", guess.sd), ("votes", guess.votes))
                    if found_as and name not in chosen}  # fmt: skip
        if found.kinds.get(columns["score"]) not in ("number", "text"):
            known = ", ".join(f"{name} ({kind})" for name, kind in found.kinds.items())
            what = f"No column of {source.repo} can be told to be the score. Its columns: {known}."
            raise StudioError(what, f"Name it: --columns image={image},score=NAME.")
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
