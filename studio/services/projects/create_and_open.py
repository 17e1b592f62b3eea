"""Create and open projects. No Qt, no torch."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from db.migrations import LATEST, SchemaError, migrate, schema_version
from db.queries import meta
from engine.contract.binning import Binning, BinningError, fit
from engine.contract.faults.system_errors import explained
from studio.services.base_models.suitability import DEMO, check_model
from studio.services.errors import StudioError, SystemFault, system_faults
from studio.services.imports.few_images import few_images_warnings
from studio.services.imports.formats.column_names import NAMES, NEEDED
from studio.services.imports.formats.path_index import is_text
from studio.services.imports.formats.registry import GENERIC
from studio.services.imports.import_store import store_import
from studio.services.imports.ratings import RaterScore, read_ratings
from studio.services.imports.refusals import REFUSALS_NAME, write_refusals
from studio.services.imports.same_files import kept_together
from studio.services.imports.score_source import ScoredImage, ScoreTable, read_scores
from studio.services.imports.types import ImportReport, Refusal
from studio.services.projects.locks import check_place
from studio.services.projects.project import DATABASE_NAME, Project
from studio.services.projects.splitting import assign_splits
from studio.services.projects.types import SPLITS, Split
from studio.services.settings.prompt import prompt_spec
from studio.services.settings.schema import ImportSettings, Settings
from studio.services.settings.toml_file import (
    FILE_NAME,
    Tree,
    load_preset,
    merged,
    parse_settings,
    read_toml,
    write_settings,
)

_SHOWN_REFUSALS = 3
KIND, SCORING = "kind", "scoring"
"""The note in the database of a project that has collections only."""
_NO_BINS = Binning(tuple(float(edge) + 0.5 for edge in range(9)), tuple(float(label) for label in range(10)))
"""Of a project without scored images: nothing is ever put into them."""


@dataclass(frozen=True, slots=True)
class ImportedData:
    """The content of a new project's database."""

    images: list[ScoredImage]
    splits: list[Split]
    binning: Binning
    ratings: list[RaterScore]
    scores_file: Path
    columns: ImportSettings


def create_project(
    root: Path,
    *,
    images: Path,
    scores: Path,
    model: str,
    config: Path | None = None,
    preset: str | None = None,
    edits: Tree | None = None,
    importer: str | None = None,
    refusals: Path | None = None,
) -> ImportReport:
    """Create a project folder and import the score table; a failure leaves nothing behind.

    ``scores`` is a table, a dataset's label file or its folder; its format is detected unless ``importer`` (or the
    settings) name it. Rejected rows are written to the project's ``refusals.csv``, and to the file ``refusals`` even if
    nothing is left to import.
    Settings are the defaults, overridden by ``preset``, ``config``, ``edits`` (a settings tree) and then the arguments.
    Images stay in their folder; they are searched, but not decoded. The folder may contain other files; the database is
    created last and completes the project.

    Raises:
        StudioError: a project already exists; an invalid setting, model, prompt or table; no image left to import.
    """
    _check_free(root)
    settings = _new_settings(root, images, model, config, preset, edits or {})
    if importer is not None:
        read_as = settings.import_.model_copy(update={"importer": importer})
        settings = settings.model_copy(update={"import_": read_as})
    prompt_spec(settings.prompt)
    data, report = _read(images, scores, settings, refusals)
    settings = settings.model_copy(update={"import_": data.columns})
    with system_faults(root), _building(root) as building:
        check_place(root)
        for name in ("models", "runs", "cache"):
            (building / name).mkdir()
        write_settings(building / FILE_NAME, settings)
        if report.refusals is not None:
            write_refusals(building / report.refusals, report.refused, report.refused_votes)
        migrate(building / DATABASE_NAME)
        project = Project(building)
        with project.session() as session:
            store_import(session, data.images, data.splits, data.binning, data.ratings, data.scores_file)
        project.close()
    return report


def other_files(root: Path, own: Path | None = None) -> list[str]:
    """Return the names of what a folder for a new project already holds, sorted; empty if it does not exist.

    Args:
        root: the folder.
        own: a folder below it that belongs to the new project, such as a downloaded data set; it does not count.

    Raises:
        StudioError: the folder cannot be read.
    """
    home = root.expanduser().resolve()
    mine = own.expanduser().resolve().relative_to(home).parts[:1] if own and own.resolve().is_relative_to(home) else ()
    try:
        return sorted(entry.name for entry in home.iterdir() if entry.name not in mine) if home.is_dir() else []
    except OSError as error:
        raise StudioError(f"{root} cannot be read: {error.strerror}.", "Choose another folder.") from error


def create_scoring_project(root: Path, name: str) -> None:
    """Create a project without images of its own, for collections that exported models score; leaves nothing behind.

    Raises:
        StudioError: a project already exists, or the folder cannot be created.
    """
    _check_free(root)
    given = {"project": {"name": name}, "model": {"base": DEMO}, "images": {"root": "images"}}
    settings = parse_settings(given, "the settings")
    with _building(root) as building:
        for folder in ("models", "runs", "cache", "images"):
            (building / folder).mkdir()
        write_settings(building / FILE_NAME, settings)
        migrate(building / DATABASE_NAME)
        project = Project(building)
        with project.session() as session:
            store_import(session, [], [], _NO_BINS, [], building)
            meta.put(session, KIND, SCORING)
        project.close()


def is_scoring_project(project: Project) -> bool:
    """Return whether it was made by ``create_scoring_project``: it has collections only."""
    with project.reader() as session:
        return meta.get(session, KIND) == SCORING


def check_new(root: Path, *, model: str, config: Path | None, preset: str | None, edits: Tree) -> None:
    """Check everything that can be checked before images and scores exist.

    Raises:
        StudioError: a project already exists; an invalid setting, model or prompt.
    """
    _check_free(root)
    prompt_spec(_new_settings(root, root / "images", model, config, preset, edits).prompt)


def _check_free(root: Path) -> None:
    if (root / DATABASE_NAME).exists():
        raise StudioError(
            f"{root} already contains a project.", f"Choose another folder, or continue with: score-studio run {root}"
        )


def open_project(root: Path, *, exclusive: bool = False) -> Project:
    """Open a project; an older program's database is backed up and migrated.

    Raises:
        StudioError: not a project, one of a newer program, or (``exclusive``) another process is using it.
    """
    file = root / DATABASE_NAME
    if not file.is_file():
        raise StudioError(f"There is no project in {root}.", "Choose the folder of a project, or create a new project.")
    if not file.stat().st_size:
        raise StudioError(f"{file} is empty.", "Restore it from a backup, or remove it and create the project again.")
    project = Project(root.resolve())
    try:
        check_place(project.root)
        if exclusive:
            project.take_lock()
        with system_faults(project.root):
            migrate(project.root / DATABASE_NAME)
    except SchemaError as error:
        project.close()
        raise StudioError(error.message, error.remedy) from error
    except BaseException:
        project.close()
        raise
    return project


def open_readonly(root: Path) -> Project | None:
    """Return a project for reading, without its lock; None if there is none, or one of an older or newer program.

    The caller closes it.
    """
    file = root / DATABASE_NAME
    try:
        if not file.is_file() or schema_version(file) != LATEST:
            return None
    except SchemaError:
        return None
    return Project(root.resolve())


def _new_settings(
    root: Path, images: Path, model: str, config: Path | None, preset: str | None, edits: Tree
) -> Settings:
    folder, home = images.expanduser().resolve(), root.expanduser().resolve()
    for path in (folder, home):
        if not is_text(str(path)):
            raise StudioError(
                f"The name of {str(path)!r} is not UTF-8.", "Rename the folder; settings are stored as text."
            )
    inside = folder.is_relative_to(home)
    given = {
        "model": {"base": check_model(model)},
        "images": {"root": folder.relative_to(home).as_posix() if inside else str(folder)},
    }
    layers = [{"project": {"name": home.name or "project"}}]
    layers += [load_preset(preset)] if preset is not None else []
    layers += [read_toml(config)] if config is not None else []
    source = str(config) if config is not None else "the settings"
    return parse_settings(merged(*layers, edits, given), source)


def _read(images: Path, scores: Path, settings: Settings, refusals: Path | None) -> tuple[ImportedData, ImportReport]:
    table = read_scores(scores, images, settings.import_, settings.split, settings.project.seed)
    if refusals is not None:
        write_refusals(refusals, table.refused, table.refused_votes)
    if not table.images:
        raise _nothing_left(table, scores)
    table.images, same = kept_together(table.images, images, val_is_drawn=table.draw is not None)
    table.warnings += same
    splits = _splits(table, settings)
    training = [image.score for image, split in zip(table.images, splits, strict=True) if split == "train"]
    try:
        binning, binned = fit(training, lower_is_better=table.direction.lower_is_better)
    except BinningError as error:
        raise StudioError(error.message, error.remedy) from error
    ratings, messages = table.ratings, table.warnings
    if not ratings:
        paths = (image.path for image in table.images)
        ratings, more = read_ratings(table.source, images, paths, settings.import_)
        messages = [*messages, *more]
    warnings = [*binned.warnings, *messages]
    if "val" not in splits:
        warnings.append("The split val is empty: scores will be calibrated by bin means instead of a fit.")
    warnings += few_images_warnings({name: splits.count(name) for name in SPLITS})
    columns = table.columns.model_copy(update={"lower_is_better": table.direction.lower_is_better})
    data = ImportedData(table.images, splits, binning, ratings, table.source.resolve(), columns)
    return data, _report(table, splits, binning, warnings)


def _report(table: ScoreTable, splits: list[Split], binning: Binning, warnings: list[str]) -> ImportReport:
    counts = Counter(splits)
    return ImportReport(
        read=len(table.images) + len(table.refused),
        imported=len(table.images),
        refused=tuple(table.refused),
        warnings=tuple(warnings),
        splits={name: counts[name] for name in SPLITS},
        bin_edges=binning.edges,
        format=table.format,
        votes_read=table.votes_read,
        votes_kept=len(table.ratings),
        refused_votes=tuple(table.refused_votes),
        refusals=REFUSALS_NAME if table.refused or table.refused_votes else None,
        notes=tuple(filter(None, (_columns(table), _direction(table)))),
    )


def _columns(table: ScoreTable) -> str:
    """Return which columns were used, where they are not called as usual."""
    usual = ImportSettings()
    names = {role: getattr(table.columns, role) for role in NAMES}
    if table.format not in GENERIC or all(names[role] == getattr(usual, role) for role in NEEDED):
        return ""
    used = ", ".join(f"{role} from {name!r}" for role, name in names.items() if name in table.header)
    return f"Columns: {used}."


def _direction(table: ScoreTable) -> str:
    found = table.direction
    if found.lower_is_better:
        why = f", recognised by {found.reason}; if not, use --higher-is-better" if found.reason else ""
        return f"Lower scores are better{why}. Label 9 is for the lowest scores."
    return f"Higher scores are better, recognised by {found.reason}." if found.reason else ""


def _splits(table: ScoreTable, settings: Settings) -> list[Split]:
    """Return the split of each image; an error also lists rejected rows, which may be the cause."""
    try:
        return assign_splits(table.images, settings.split, settings.project.seed)
    except StudioError as error:
        if not table.refused:
            raise
        shown = "; ".join(_describe(refusal) for refusal in table.refused[:_SHOWN_REFUSALS])
        message = f"{error.message} {len(table.refused)} more rows were rejected: {shown}."
        raise StudioError(message, error.remedy) from error


def _nothing_left(table: ScoreTable, scores: Path) -> StudioError:
    if table.format == "folder":
        remedy = "Choose a table of scores, or have a trained model score the folder: score-studio predict."
        return StudioError(f"{scores} has images, but no scores to train on.", remedy)
    shown = "; ".join(_describe(refusal) for refusal in table.refused[:_SHOWN_REFUSALS])
    many = f" All {len(table.refused)} rows were rejected: {shown}." if shown else " The table has no rows."
    return StudioError(f"{scores} contains no image to import.{many}", "Check the table and the images folder.")


def _describe(refusal: Refusal) -> str:
    return f"line {refusal.line}, {refusal.value!r}: {refusal.reason}"


@contextmanager
def _building(root: Path) -> Iterator[Path]:
    """Yield a temporary folder; its entries move into ``root`` in the end, the database last, or are deleted."""
    made = [folder for folder in (root, *root.parents) if not folder.exists()]
    try:
        root.mkdir(parents=True, exist_ok=True)
        building = Path(tempfile.mkdtemp(prefix=".new-", dir=root))
    except OSError as error:
        found = explained(error, root)
        if found is not None:
            raise SystemFault(found.message, found.remedy) from error
        raise StudioError(
            f"The folder {root} cannot be created: {error.strerror}.", "Choose another folder."
        ) from error
    try:
        yield building
        _move_in(building, root)
    except BaseException:
        shutil.rmtree(building, ignore_errors=True)
        for folder in made:
            folder.rmdir()
        raise
    building.rmdir()


def _move_in(building: Path, root: Path) -> None:
    entries = sorted(building.iterdir(), key=lambda entry: entry.name == DATABASE_NAME)
    for entry in entries:
        target = root / entry.name
        if entry.is_dir() and target.is_dir():
            entry.rmdir()
        else:
            entry.replace(target)
