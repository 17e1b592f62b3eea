"""The commit of a hub model that a project uses, and whether it is on this machine. No Qt, no torch, no network.

A branch changes, but a project's model must not. The commit at first use is therefore stored in the project, and all
later stages use that commit.
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
    """Return the commit that the project stored for a model at a branch, tag or commit; None if there is none."""
    kept = meta.get(session, _key(base, revision))
    return kept if kept is not None or revision is None or not hub_cache.COMMIT.fullmatch(revision) else revision


def keep_commit(session: Session, base: str, revision: str | None, found: str) -> None:
    """Store the commit, also with the version "base". In the caller's transaction."""
    meta.put(session, _key(base, revision), found)
    row = versions.by_name(session, BASE)
    if row is not None:
        row.hyperparameters = {**row.hyperparameters, "base": base, "revision": found}


def has_to_be_fetched(session: Session, model: ModelSettings, project_root: Path) -> bool:
    """Return whether the base model is a hub model that is not complete on this machine at its stored commit."""
    if not is_hub_model(model.base, project_root):
        return False
    return hub_cache.snapshot(model.base, commit(session, model.base, model.revision) or model.revision) is None


def keep_commit_of_cached(session: Session, model: ModelSettings, project_root: Path) -> None:
    """Store the commit of a hub model that is already on this machine. In the caller's transaction."""
    if is_hub_model(model.base, project_root) and meta.get(session, _key(model.base, model.revision)) is None:
        folder = hub_cache.snapshot(model.base, model.revision)
        if folder is not None:
            keep_commit(session, model.base, model.revision, folder.name)


def is_same(session: Session, old: tuple[str, str | None], new: tuple[str, str | None]) -> bool:
    """Return whether two pairs of base model and revision are the same weights, such as a branch and its commit."""
    if old == new:
        return True
    commits = [commit(session, *pair) for pair in (old, new)]
    return old[0] == new[0] and commits[0] is not None and commits[0] == commits[1]


def may_be_moved(session: Session, old: tuple[str, str | None], new: str, project_root: Path) -> bool:
    """Return whether ``new`` may be the weights of ``old`` in another place.

    That is any folder if the old model cannot be found; for a hub model on this machine, only the folder that it is in.
    """
    if not is_moved(old[0], new, project_root):
        return False
    here = hub_cache.snapshot(old[0], commit(session, *old) or old[1]) if is_hub_model(old[0], project_root) else None
    return here is None or here.resolve() == Path(model_location(new, project_root))


def _key(base: str, revision: str | None) -> str:
    return f"commit:{base}@{revision or hub_cache.BRANCH}"
