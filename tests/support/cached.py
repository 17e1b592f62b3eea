"""Hub models that lie in the client's cache by their files' names alone, for tests that load none."""

from __future__ import annotations

from pathlib import Path

from engine.contract import hub_cache

COMMIT = "5" * 40
FILES = ("config.json", "model.safetensors", "tokenizer.json", "processor_config.json")


def place_model(repo: str, commit: str = COMMIT, branch: str | None = "main") -> Path:
    """Put a model into the cache that the environment names; returns its snapshot."""
    snapshot = hub_cache.repository(repo) / "snapshots" / commit
    snapshot.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        (snapshot / name).touch()
    hub_cache.store_reference(repo, branch if branch is not None else commit, commit)
    return snapshot
