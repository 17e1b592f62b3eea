"""The models that score collections: versions of the project and exported models. No Qt, no torch."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from db.collections import Scorer
from db.engine import Session
from db.models import ModelVersion
from db.queries import versions
from db.queries.collections import scores as scores_queries
from engine.contract import artifacts
from engine.contract.specs import PredictSpec
from studio.services.base_models.suitability import DEMO, model_location
from studio.services.errors import StudioError
from studio.services.exports.scoring_recipe import read_recipe
from studio.services.exports.standalone import exported_predictor
from studio.services.projects.project import Project
from studio.services.scoring.types import ScorerChoice, ScorerRow
from studio.services.versions.prediction import (
    Predictor,
    newest_final,
    not_measured,
    predictor,
    settings_in,
    spec_in,
)

GONE = "Score with another version, or train this one again."


def choices(project: Project) -> list[ScorerChoice]:
    """Return what can score: measured versions in creation order, then exported models that were used before."""
    with project.reader() as session:
        found = [ScorerChoice(row.name) for row in versions.all_versions(session) if row.calibration is not None]
        used = [ScorerChoice(row.name, Path(row.folder), row.base) for row in scores_queries.folders(session)]
    return found + [choice for choice in dict.fromkeys(used) if choice.folder is not None and choice.folder.is_dir()]


def first_choice(project: Project) -> ScorerChoice | None:
    """Return the newest final version, or else the exported model that was used last; None if nothing can score."""
    able = choices(project)
    try:
        newest = ScorerChoice(newest_final(project).name)
    except StudioError:
        newest = None
    if newest in able:
        return newest
    return next((choice for choice in able if choice.folder is not None), able[-1] if able else None)


def exported_choice(folder: Path, base: str = "") -> ScorerChoice:
    """Return an exported model as a choice.

    Raises:
        StudioError: not an export, an incomplete one, or its base model cannot be found.
    """
    home = folder.expanduser().absolute()
    version = exported_predictor(home, base or None).version
    exported_digest(home)
    return ScorerChoice(version, home, base)


def predictor_of(project: Project, choice: ScorerChoice) -> Predictor:
    """Return the model of a choice, ready to predict.

    Raises:
        StudioError: no such version or export, or it has not been measured.
    """
    if choice.folder is None:
        return predictor(project, choice.name)
    return exported_predictor(choice.folder, choice.base or None)


def knows_only_scenes(project: Project, choice: ScorerChoice | None, sources: Sequence[Path]) -> bool:
    """Return whether a model is made of the built-in demo model, and scores images that are not its project's.

    Args:
        project: the open project.
        choice: the model; None is not judged.
        sources: folders and files with the images.

    A model that cannot be read is not judged: scoring says what is wrong with it.
    """
    if choice is None:
        return False
    try:
        base = predictor_of(project, choice).spec.model.base
    except StudioError:
        return False
    if base != model_location(DEMO, project.root):
        return False
    own = project.images_root()
    return not all(source.expanduser().resolve().is_relative_to(own) for source in sources)


def keep_scorer(project: Project, choice: ScorerChoice) -> int:
    """Store the model as it is now, unless it is stored, and return its id.

    Raises:
        StudioError: see ``predictor_of``.
    """
    found = predictor_of(project, choice)
    folder = "" if choice.folder is None else str(choice.folder)
    digest = version_digest(project, choice.name) if choice.folder is None else exported_digest(choice.folder)
    with project.session() as session:
        row = scores_queries.find_scorer(session, choice.name, digest, folder, choice.base)
        if row is None:
            row = Scorer(
                name=choice.name, digest=digest, folder=folder, base=choice.base, reference=list(found.reference)
            )
            session.add(row)
        elif tuple(row.reference) != found.reference:  # it was measured again
            row.reference = list(found.reference)
        session.flush()
        return row.id


def spec_of(session: Session, project: Project, scorer_id: int) -> PredictSpec:
    """Return the spec of a stored model, from its current place, in the caller's transaction.

    Raises:
        StudioError: it is gone, or is another one now.
    """
    row = find_scorer(session, scorer_id)
    if row.folder:
        folder = Path(row.folder)
        if exported_digest(folder) != row.digest:
            raise StudioError(f"The exported model in {folder} is another one now.", GONE)
        return exported_predictor(folder, row.base or None).spec
    version = _version(session, row.name)
    if (version.digest or "") != row.digest:
        raise StudioError(f"The version {row.name} was trained again since.", GONE)
    settings = settings_in(session, row.name)
    if settings is None:
        raise not_measured(version)
    return spec_in(session, project, version, settings)


def rows(project: Project, collection_id: int) -> list[ScorerRow]:
    """Return the models that have scored images of a collection, in the order in which they were first used."""
    with project.reader() as session:
        found = scores_queries.scorers_of(session, collection_id)
        digests = {row.name: row.digest or "" for row in versions.all_versions(session)}
        return [_row(row, digests, scores, explained) for row, scores, explained in found]


def row_of(project: Project, scorer_id: int) -> ScorerRow:
    """Return one model, without counts.

    Raises:
        StudioError: it is not stored.
    """
    with project.reader() as session:
        digests = {row.name: row.digest or "" for row in versions.all_versions(session)}
        return _row(find_scorer(session, scorer_id), digests, 0, 0)


def find_scorer(session: Session, scorer_id: int) -> Scorer:
    """Return a stored model's row.

    Raises:
        StudioError: it is not stored.
    """
    row = scores_queries.scorer(session, scorer_id)
    if row is None:
        raise StudioError(f"There is no scoring model {scorer_id} in this project.", "Choose another one.")
    return row


def titles(scorers: Sequence[ScorerRow]) -> dict[int, str]:
    """Return a name for each that tells it from the others: versions of one name get a part of their digest."""
    names = [row.name for row in scorers]
    return {
        row.id: row.name if names.count(row.name) == 1 else f"{row.name} ({(row.digest or 'base')[:6]})"
        for row in scorers
    }


def version_digest(project: Project, name: str) -> str:
    """Return the digest of a version's adapter; "" for the base.

    Raises:
        StudioError: no such version.
    """
    with project.reader() as session:
        return _version(session, name).digest or ""


def _version(session: Session, name: str) -> ModelVersion:
    row = versions.by_name(session, name)
    if row is None:
        raise StudioError(f"There is no version {name!r}.", GONE)
    return row


def exported_digest(folder: Path) -> str:
    """Return the digest of an exported model; its child checks the weights against it before it loads them.

    Raises:
        StudioError: the folder is no export, or its list of files is missing or damaged.
    """
    read_recipe(folder)
    try:
        return artifacts.digest(folder)
    except (OSError, ValueError, KeyError) as error:
        message = f"The exported model in {folder} is incomplete: {artifacts.MANIFEST} cannot be read."
        raise StudioError(message, "Export the version again, or copy the whole folder.") from error


def _row(row: Scorer, digests: dict[str, str], scores: int, explained: int) -> ScorerRow:
    folder = Path(row.folder) if row.folder else None
    current = digests.get(row.name) == row.digest if folder is None else folder.is_dir()
    return ScorerRow(
        id=row.id,
        name=row.name,
        folder=folder,
        base=row.base,
        digest=row.digest,
        current=current,
        scores=scores,
        explained=explained,
        low=min(row.reference),
        high=max(row.reference),
        lower_is_better=row.reference[-1] < row.reference[0],  # label 9 is the best on every scale
    )
