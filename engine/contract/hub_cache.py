"""What of a hub model lies on this machine: the cache of huggingface_hub, read without it. Standard library only.

The cache keeps a folder a repository: ``refs/<branch>`` holds a commit, ``snapshots/<commit>`` the files of that
commit, each one complete (a file that is on its way has another name, in ``blobs``).
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")
COMMIT = re.compile(r"[0-9a-f]{40}")
BRANCH = "main"
"""What a model without a revision means."""
WEIGHTS = "model.safetensors"
WEIGHTS_INDEX = "model.safetensors.index.json"
TOKENIZERS = ("tokenizer.json", "tokenizer.model", "vocab.json")
IMAGE_PROCESSORS = ("preprocessor_config.json", "processor_config.json")
_YES = ("1", "ON", "YES", "TRUE")


def is_offline() -> bool:
    """Whether the environment forbids the network, by the hub client's own variables."""
    return any(os.environ.get(name, "").upper() in _YES for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"))


def cache_folder() -> Path:
    """Where the hub's client keeps models, by its own environment variables."""
    caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    home = Path(os.environ.get("HF_HOME") or caches / "huggingface")
    given = os.environ.get("HF_HUB_CACHE") or os.environ.get("HUGGINGFACE_HUB_CACHE")
    return Path(os.path.expandvars(given or home / "hub")).expanduser()


def repository(repo: str) -> Path:
    """The cache's folder of a repository, there or not."""
    return cache_folder() / f"models--{repo.replace('/', '--')}"


def commit_of(repo: str, revision: str | None) -> str | None:
    """The commit that a branch or tag was when it was fetched last; a commit is its own; None if unknown here."""
    if revision is not None and COMMIT.fullmatch(revision):
        return revision
    try:
        found = (repository(repo) / "refs" / (revision or BRANCH)).read_text("utf-8").strip()
    except (OSError, ValueError):
        return None
    return found if COMMIT.fullmatch(found) else None


def keep_reference(repo: str, revision: str | None, commit: str) -> None:
    """Remember which commit a branch or tag was, where the hub's client looks for it too."""
    if revision is not None and COMMIT.fullmatch(revision):
        return
    reference = repository(repo) / "refs" / (revision or BRANCH)
    reference.parent.mkdir(parents=True, exist_ok=True)
    reference.write_text(commit, "utf-8")


def snapshot(repo: str, revision: str | None) -> Path | None:
    """The folder of a model that is here as a whole; None if it is not. The folder's name is the commit."""
    commit = commit_of(repo, revision)
    folder = None if commit is None else repository(repo) / "snapshots" / commit
    return folder if folder is not None and not missing(folder) else None


def missing(folder: Path) -> list[str]:
    """Files without which a model cannot be loaded, that the folder does not have."""
    wanted = [*weight_files(folder), "config.json"]
    lacking = [name for name in wanted if not (folder / name).is_file()]
    groups = (TOKENIZERS, IMAGE_PROCESSORS)
    return lacking + [group[0] for group in groups if not any((folder / name).is_file() for name in group)]


def weight_files(folder: Path) -> list[str]:
    """The files of the weights by the folder's index, or the single one where there is no index."""
    try:
        index = json.loads((folder / WEIGHTS_INDEX).read_text("utf-8"))
        return sorted({str(name) for name in index["weight_map"].values()})
    except FileNotFoundError:
        return [WEIGHTS]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return [WEIGHTS_INDEX, WEIGHTS]  # an index that cannot be read stands for weights that are not there
