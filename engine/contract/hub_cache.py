"""Read huggingface_hub's local cache of hub models, and recognise published layouts by their config.json.

Standard library only: the window and the download reject early what loading would reject after gigabytes.

The cache has one folder per repository: ``refs/<branch>`` holds a commit, ``snapshots/<commit>`` the files of that
commit, each of them complete (a file that is being downloaded has another name, in ``blobs``).
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")
COMMIT = re.compile(r"[0-9a-f]{40}")
BRANCH = "main"
"""The default revision of a model."""
AUTHORS_INTERNVL = "internvl_chat"
"""``model_type`` of InternVL in its authors' layout, which needs remote code that is never run."""
CONVERTED_LANGUAGE_MODEL = "InternLM2ForCausalLM"
WEIGHTS = "model.safetensors"
WEIGHTS_INDEX = "model.safetensors.index.json"
TOKENIZERS = ("tokenizer.json", "tokenizer.model", "vocab.json")
IMAGE_PROCESSORS = ("preprocessor_config.json", "processor_config.json")
_YES = ("1", "ON", "YES", "TRUE")


def is_offline() -> bool:
    """Return whether the environment forbids the network, by the hub client's own variables."""
    return any(os.environ.get(name, "").upper() in _YES for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"))


def cache_folder() -> Path:
    """Return the hub client's model cache, by its own environment variables."""
    caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    home = Path(os.environ.get("HF_HOME") or caches / "huggingface")
    given = os.environ.get("HF_HUB_CACHE") or os.environ.get("HUGGINGFACE_HUB_CACHE")
    return Path(os.path.expandvars(given or home / "hub")).expanduser()


def repository(repo: str) -> Path:
    """Return the cache folder of a repository, which need not exist."""
    return cache_folder() / f"models--{repo.replace('/', '--')}"


def commit_of(repo: str, revision: str | None) -> str | None:
    """Return the commit of a branch or tag at its last download; a commit returns itself; None if unknown locally."""
    if revision is not None and COMMIT.fullmatch(revision):
        return revision
    try:
        found = (repository(repo) / "refs" / (revision or BRANCH)).read_text("utf-8").strip()
    except (OSError, ValueError):
        return None
    return found if COMMIT.fullmatch(found) else None


def store_reference(repo: str, revision: str | None, commit: str) -> None:
    """Record the commit of a branch or tag where the hub's client finds it too."""
    if revision is not None and COMMIT.fullmatch(revision):
        return
    reference = repository(repo) / "refs" / (revision or BRANCH)
    reference.parent.mkdir(parents=True, exist_ok=True)
    reference.write_text(commit, "utf-8")


def snapshot(repo: str, revision: str | None) -> Path | None:
    """Return the folder of a model that is completely on this machine, else None. The folder's name is the commit."""
    commit = commit_of(repo, revision)
    folder = None if commit is None else repository(repo) / "snapshots" / commit
    return folder if folder is not None and not missing(folder) else None


def missing(folder: Path) -> list[str]:
    """Return the files that the folder lacks and without which a model cannot be loaded."""
    wanted = [*weight_files(folder), "config.json"]
    lacking = [name for name in wanted if not (folder / name).is_file()]
    groups = (TOKENIZERS, IMAGE_PROCESSORS)
    return lacking + [group[0] for group in groups if not any((folder / name).is_file() for name in group)]


def weight_files(folder: Path) -> list[str]:
    """Return the weights files of the folder's index, or the single file if there is no index."""
    try:
        index = json.loads((folder / WEIGHTS_INDEX).read_text("utf-8"))
        return sorted({str(name) for name in index["weight_map"].values()})
    except FileNotFoundError:
        return [WEIGHTS]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return [WEIGHTS_INDEX, WEIGHTS]  # an unreadable index counts as missing weights


def is_authors_internvl(config: dict[str, Any]) -> bool:
    """Return whether a config.json is InternVL's in its authors' layout, whatever its language model."""
    return config.get("model_type") == AUTHORS_INTERNVL


def conversion_problem(config: dict[str, Any]) -> tuple[str, str] | None:
    """Return why a model in that layout cannot be converted, and the remedy; None if it can."""
    language = config.get("llm_config")
    found = (language.get("architectures") if isinstance(language, dict) else None) or ["none"]
    if found == [CONVERTED_LANGUAGE_MODEL]:
        return None
    reason = (
        f"is in its authors' own layout with the language model {found[0]}: only {CONVERTED_LANGUAGE_MODEL} can be "
        "converted, and the authors' code is never run"
    )
    return reason, "Choose a copy in transformers' own format: its name ends in -hf."
