"""The facts of a model card, read from the project. No Qt, no torch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from db.engine import Session
from db.queries import images, meta
from db.queries import pairs as pair_queries
from engine.contract.hub_cache import HUB_ID
from studio.services.base_models.suitability import DEMO, model_location
from studio.services.exports.scoring_recipe import ModelForm, ScoringRecipe, recipe_of
from studio.services.projects.project import Project
from studio.services.projects.types import SPLITS
from studio.services.versions.prediction import settings_of
from studio.services.versions.types import VersionRow
from studio.services.versions.version_list import version, versions


@dataclass(frozen=True, slots=True)
class CardDataset:
    """The images of training and measurement. ``source`` is the score file's name, without its folder."""

    project: str
    source: str
    splits: dict[str, int]
    lowest: float
    highest: float
    mean: float
    raters: int


@dataclass(frozen=True, slots=True)
class PairUse:
    """The pairs of one iteration: ``used`` is the number that training used, None if unknown."""

    iteration: int
    generators: tuple[str, ...]
    made: int
    vetoed: int
    edited: int
    used: int | None


@dataclass(frozen=True, slots=True)
class CardFacts:
    """Everything on the card. ``ancestors`` are the versions it was made from, oldest first, itself last.

    ``local_base``: the folder of a base that is neither on the hub nor the demo model; it is on no card.
    """

    version: VersionRow
    ancestors: tuple[VersionRow, ...]
    recipe: ScoringRecipe
    dataset: CardDataset
    pairs: tuple[PairUse, ...]
    licence: str | None
    local_base: Path | None = None

    @property
    def hub_base(self) -> str | None:
        """Return the base as a hub id; None for a folder and for the demo model, which is not on the hub."""
        return self.recipe.base if HUB_ID.fullmatch(self.recipe.base) else None


def card_facts(project: Project, name: str, form: ModelForm, licence: str | None) -> CardFacts:
    """Return the facts of one version.

    Raises:
        StudioError: there is no version of that name.
    """
    row = version(project, name)
    ancestors = _ancestors(row, {other.name: other for other in versions(project)})
    with project.reader() as session:
        dataset = _dataset(session, project.name)
        pairs = tuple(
            pair_use(session, iteration, ancestors)
            for iteration in pair_queries.iterations(session)
            if iteration <= row.iteration
        )
    base = Path(model_location((settings_of(project, row) or project.settings).model.base, project.root))
    recipe = recipe_of(project, row, form)
    local = base if base.is_absolute() and recipe.base != DEMO else None
    return CardFacts(row, ancestors, recipe, dataset, pairs, licence, local)


def _ancestors(row: VersionRow, known: dict[str, VersionRow]) -> tuple[VersionRow, ...]:
    found: dict[int, VersionRow] = {}
    open_names = [row.name]
    while open_names:
        one = known.get(open_names.pop())  # a parent may have been deleted
        if one is not None and one.id not in found:
            found[one.id] = one
            open_names += one.parents
    return tuple(found[key] for key in sorted(found) if found[key].kind != "base")


def _dataset(session: Session, name: str) -> CardDataset:
    rows = images.all_images(session)
    scores = [image.mean_score for image in rows]
    counts = Counter(image.split for image in rows)
    return CardDataset(
        project=name,
        source=PurePath(meta.get(session, "scores_file") or "").name,
        splits={split: counts[split] for split in SPLITS},
        lowest=min(scores),
        highest=max(scores),
        mean=sum(scores) / len(scores),
        raters=images.count_raters(session),
    )


def pair_use(session: Session, iteration: int, ancestors: Sequence[VersionRow]) -> PairUse:
    """Return how an iteration's pairs were used by the score training among these versions."""
    verdicts = pair_queries.count_verdicts(session, iteration)
    trained = next((row for row in ancestors if row.kind == "score" and row.iteration == iteration), None)
    result = trained.hyperparameters.get("result") if trained is not None else None
    used = result.get("pairs") if isinstance(result, dict) else None
    return PairUse(
        iteration=iteration,
        generators=tuple(pair_queries.generators(session, iteration)),
        made=pair_queries.count(session, iteration),
        vetoed=verdicts.get("veto", 0),
        edited=len(pair_queries.page(session, iteration=iteration, state="edited")),
        used=int(used) if used is not None else None,
    )
