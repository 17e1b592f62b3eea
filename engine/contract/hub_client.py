"""Query the hub for a model: the commit of a revision, its files, and every error in plain language.

Needs huggingface_hub, which is imported on the first query, and no torch: the window uses it too.
"""

from __future__ import annotations

import errno
import fnmatch
import os
import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from engine.contract.context import StageError
from engine.contract.hub_cache import IMAGE_PROCESSORS, TOKENIZERS, WEIGHTS, WEIGHTS_INDEX, cache_folder, is_offline

ASK_SECONDS = 5.0
"""Timeout of a query to the hub, downloads excluded."""
_WANTED = ("*.json", "*.jinja", "tokenizer.model", "spiece.model", "*.bpe.model", "merges.txt", "vocab.txt")
"""Settings, tokenizer and processor: data. All other files except the weights are ignored."""
_NEVER = ("*.bin.index.json", "adapter_config.json", "trainer_state.json")
_TEMPLATES = "additional_chat_templates/*.jinja"
_PICKLES = (".bin", ".pt", ".pth", ".ckpt", ".h5", ".msgpack", ".gguf", ".onnx", ".pkl")
_ERRNO = re.compile(r"^\[Errno -?\d+\] ")
"""A number that helps nobody."""
SIGN_IN = "Sign in with a token that has access: run score-studio login, or use the model page of a new project."
_ELSEWHERE = (
    "Check the network. A model that was downloaded before works without it, and so does the folder of a model "
    "that was saved on another machine and copied to this one."
)


@dataclass(frozen=True, slots=True)
class HubFile:
    """A file of a repository; ``size`` in bytes, 0 if the hub does not report it."""

    name: str
    size: int


@dataclass(frozen=True, slots=True)
class HubModel:
    """A model at one commit: ``settings`` are small files, ``weights`` the candidates for its weights."""

    repo: str
    commit: str
    settings: tuple[HubFile, ...]
    weights: tuple[HubFile, ...]
    gated: bool = False

    @property
    def size(self) -> int:
        """Total size in bytes."""
        return sum(file.size for file in (*self.settings, *self.weights))


def look_up(repo: str, revision: str | None) -> HubModel:
    """Resolve a branch, tag or commit (None: the main branch) to its commit, and select the required files.

    Raises:
        StageError: offline, no network, no such model or revision, no access, or no weights as safetensors.
    """
    if is_offline():
        raise offline_error(repo)
    from huggingface_hub import HfApi

    try:
        found = HfApi().model_info(repo, revision=revision, files_metadata=True, timeout=ASK_SECONDS)
    except Exception as error:  # the client's errors have no common class
        raise explain(error, repo, revision) from error
    files = [HubFile(entry.rfilename, entry.size or 0) for entry in found.siblings or ()]
    if found.sha is None:
        raise StageError(f"The hub does not report the commit of {repo}.", "Try again later.")
    return HubModel(repo, found.sha, *chosen(repo, files), gated=bool(found.gated))


def chosen(repo: str, files: list[HubFile]) -> tuple[tuple[HubFile, ...], tuple[HubFile, ...]]:
    """Select the small files and the weights among a repository's files.

    Raises:
        StageError: the weights are not safetensors, or a file is missing that loading the model requires.
    """
    names = {file.name for file in files}
    if "config.json" not in names:
        raise StageError(f"The model {repo} has no config.json.", "Choose a repository that holds a complete model.")
    weights = tuple(file for file in files if _is_weight(file.name, names))
    if not weights:
        raise _without_weights(repo, names)
    for what, group in (("tokenizer", TOKENIZERS), ("image processor", IMAGE_PROCESSORS)):
        if not names.intersection(group):
            remedy = "Choose an image-text-to-text model, such as a LLaVA."
            raise StageError(f"The model {repo} has no {what} ({' or '.join(group)}).", remedy)
    return tuple(file for file in files if _is_setting(file.name)), weights


def _is_setting(name: str) -> bool:
    if fnmatch.fnmatch(name, _TEMPLATES):
        return True
    plain = "/" not in name and not any(fnmatch.fnmatch(name, pattern) for pattern in _NEVER)
    return plain and any(fnmatch.fnmatch(name, pattern) for pattern in _WANTED)


def _is_weight(name: str, names: set[str]) -> bool:
    """Match the single file, or the numbered shards of an index; copies in other layouts are ignored."""
    if WEIGHTS_INDEX in names:
        return fnmatch.fnmatch(name, "model*-of-*.safetensors")
    return name == WEIGHTS


def _without_weights(repo: str, names: set[str]) -> StageError:
    pickles = sorted(name for name in names if PurePosixPath(name).suffix in _PICKLES)
    others = sorted(name for name in names if name.endswith(".safetensors"))
    if pickles:
        return StageError(
            f"The weights of the model {repo} are only available as {pickles[0]}, a format that can execute code.",
            "Choose a copy with safetensors, or load it on a machine where that is no risk, save it with "
            "save_pretrained and use that folder.",
        )
    hint = f"; {others[0]} is not in transformers' layout" if others else ""
    return StageError(
        f"The model {repo} has no weights as {WEIGHTS}{hint}.", "Choose a repository made for transformers."
    )


def offline_error(repo: str) -> StageError:
    """Return the error for a model that is not on this machine while the network is forbidden."""
    return StageError(
        f"The model {repo} is not on this machine, and offline mode forbids downloading it.",
        "Switch offline mode off (offline in [model], or HF_HUB_OFFLINE in the environment), or choose a model that is "
        "on this machine.",
    )


def token_is_known() -> bool:
    """Return whether huggingface_hub has a token, from its own file or the environment."""
    from huggingface_hub import get_token

    return get_token() is not None


def is_unreachable(error: BaseException) -> bool:
    """Return whether the hub could not be reached or could not answer; a local copy may then be used."""
    import httpx2
    from huggingface_hub.errors import HfHubHTTPError

    if isinstance(error, HfHubHTTPError):
        return error.response.status_code >= 500 or error.response.status_code == 429
    return isinstance(error, httpx2.TransportError)


def explain(error: Exception, repo: str, revision: str | None) -> StageError:
    """Translate an error of the hub's client for the user. Unrelated errors are raised again."""
    import httpx2
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError, OfflineModeIsEnabled

    if isinstance(error, StageError):
        return error
    if isinstance(error, LocalEntryNotFoundError) and isinstance(error.__cause__, Exception):
        return explain(error.__cause__, repo, revision)
    if isinstance(error, OfflineModeIsEnabled):
        return offline_error(repo)
    if isinstance(error, HFValidationError):
        return StageError(f"{repo!r} is not a valid hub model id.", "Write it as organisation/model.")
    if isinstance(error, httpx2.TransportError):
        reason = _ERRNO.sub("", str(error)) or type(error).__name__
        return StageError(f"The hub cannot be reached to download {repo}: {reason}.", _ELSEWHERE)
    if isinstance(error, HfHubHTTPError):
        return _refusal(error, repo, revision)
    if isinstance(error, OSError):
        return _disk_error(error, repo)
    raise error


def _refusal(error: Any, repo: str, revision: str | None) -> StageError:
    """Translate an HTTP error response."""
    from huggingface_hub import constants, errors

    status, known = error.response.status_code, token_is_known()
    if isinstance(error, errors.GatedRepoError):
        if known:
            page = f"{constants.ENDPOINT}/{repo}"
            remedy = f"Request access at {page}, then resume."
            return StageError(f"The account of the token has no access to {repo}.", remedy)
        return StageError(f"The model {repo} is gated: it requires an account with approved access.", SIGN_IN)
    if isinstance(error, errors.RevisionNotFoundError):
        return StageError(f"The model {repo} has no revision {revision!r}.", "Enter a branch, a tag or a commit of it.")
    if status == 401 and known and not isinstance(error, errors.RepositoryNotFoundError):
        return StageError("The hub rejected the token.", "It may have expired. Sign in again: score-studio login.")
    if isinstance(error, errors.RepositoryNotFoundError) or status == 404:
        remedy = "Check the id" + ("." if known else ", or, if the model is private, sign in: score-studio login.")
        return StageError(f"There is no model {repo} on the hub.", remedy)
    if status in (401, 403):
        return StageError(f"This account has no access to {repo} (error {status}).", SIGN_IN)
    return StageError(f"The hub returned error {status} for {repo}.", "Try again later; finished downloads are kept.")


def _disk_error(error: OSError, repo: str) -> StageError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StageError(
            f"The disk is full: {repo} does not fit into {cache_folder()}.",
            "Free some space and resume; finished downloads are kept. HF_HOME sets another folder for models.",
        )
    reason = os.strerror(error.errno) if error.errno else str(error)
    return StageError(
        f"The model {repo} cannot be stored in {cache_folder()}: {reason}.", "Check the folder's permissions."
    )


def token_page() -> str:
    """Return the URL of the page where users create tokens."""
    from huggingface_hub import constants

    return f"{constants.ENDPOINT}/settings/tokens"


def sign_in(token: str) -> str:
    """Have huggingface_hub verify a token and store it in its own file; returns the account's name.

    Raises:
        StageError: the hub rejects it, or cannot be reached.
    """
    import httpx2
    from huggingface_hub import errors, login, whoami

    wrong = StageError("The hub rejected this token.", f"Copy it completely, or create a new one at {token_page()}")
    if is_offline():
        raise StageError("Offline mode prevents checking the token.", "Unset HF_HUB_OFFLINE and try again.")
    try:
        login(token=token, add_to_git_credential=False, skip_if_logged_in=False)
        return str(whoami(token=token)["name"])
    except httpx2.TransportError as error:
        reason = str(error) or type(error).__name__
        raise StageError(f"The hub cannot be reached: {reason}.", "Check the network and try again.") from error
    except errors.HfHubHTTPError as error:
        status = error.response.status_code
        if status in (401, 403):
            raise wrong from error
        raise StageError(f"The hub returned error {status}.", "Try again later.") from error
    except ValueError as error:
        raise wrong from error


def sign_out() -> None:
    """Have huggingface_hub delete its token."""
    from huggingface_hub import logout

    logout()
