"""Which commit of a hub model a project uses, and whether it is on this machine. No Qt, no torch, no network.

A branch moves; a project must not. So the commit that a branch was when its model was first used is kept in the
project, and every later stage is told that commit.
"""

from __future__ import annotations

from pathlib import Path

from db.engine import Session
from db.queries import meta, versions
from engine.contract import hub_cache
from studio.services.base_models.suitability import is_hub_model, is_moved, model_location
from studio.services.recipes.version_names import BASE
from studio.services.settings.schema import ModelSettings


def commit(session: Session, base: str, revision: str | None) -> str | None:
    """The commit that the project has kept for a model at a branch, a tag or a commit; None if it has none."""
    kept = meta.get(session, _key(base, revision))
    return kept if kept is not None or revision is None or not hub_cache.COMMIT.fullmatch(revision) else revision


def keep_commit(session: Session, base: str, revision: str | None, found: str) -> None:
    """Keep the commit, also with the version "base". In the caller's transaction."""
    meta.put(session, _key(base, revision), found)
    row = versions.by_name(session, BASE)
    if row is not None:
        row.hyperparameters = {**row.hyperparameters, "base": base, "revision": found}


def has_to_be_fetched(session: Session, model: ModelSettings, project_root: Path) -> bool:
    """Whether the base model is one of the hub that is not here as a whole, at the project's commit if it has one."""
    if not is_hub_model(model.base, project_root):
        return False
    return hub_cache.snapshot(model.base, commit(session, model.base, model.revision) or model.revision) is None


def keep_commit_of_cached(session: Session, model: ModelSettings, project_root: Path) -> None:
    """Keep the commit of a hub model that is here already. In the caller's transaction."""
    if is_hub_model(model.base, project_root) and meta.get(session, _key(model.base, model.revision)) is None:
        folder = hub_cache.snapshot(model.base, model.revision)
        if folder is not None:
            keep_commit(session, model.base, model.revision, folder.name)


def is_same(session: Session, old: tuple[str, str | None], new: tuple[str, str | None]) -> bool:
    """Whether two pairs of base model and revision are the same weights: a branch and its kept commit are."""
    if old == new:
        return True
    commits = [commit(session, *pair) for pair in (old, new)]
    return old[0] == new[0] and commits[0] is not None and commits[0] == commits[1]


def may_be_moved(session: Session, old: tuple[str, str | None], new: str, project_root: Path) -> bool:
    """Whether ``new`` may be the weights of ``old`` in another place.

    A folder may, for a model that is not found any more; for a hub model that is here, only the folder that it lies in.
    """
    if not is_moved(old[0], new, project_root):
        return False
    here = hub_cache.snapshot(old[0], commit(session, *old) or old[1]) if is_hub_model(old[0], project_root) else None
    return here is None or here.resolve() == Path(model_location(new, project_root))


def _key(base: str, revision: str | None) -> str:
    return f"commit:{base}@{revision or hub_cache.BRANCH}"
