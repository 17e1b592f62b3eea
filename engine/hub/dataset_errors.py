"""Translate errors of the libraries datasets and huggingface_hub for the user who requested a data set."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from engine.contract.context import StageError
from engine.contract.hub_client import SIGN_IN

_AGAIN = "Try again; finished downloads are kept."


@contextmanager
def translate_errors(repo: str, revision: str | None) -> Iterator[None]:
    """Raise errors that the user can correct as StageError; all others pass unchanged."""
    try:
        yield
    except StageError:
        raise
    except Exception as error:
        explained = _explained(error, repo, revision)
        if explained is None:
            raise
        raise explained from error


def _explained(error: Exception, repo: str, revision: str | None) -> StageError | None:
    import datasets.exceptions
    import httpx2
    import pyarrow
    from huggingface_hub import errors

    what = f"The data set {repo}"
    if isinstance(error, errors.OfflineModeIsEnabled):
        return StageError(f"{what} cannot be requested: HF_HUB_OFFLINE forbids the network.", "Unset HF_HUB_OFFLINE.")
    if isinstance(error, errors.HFValidationError):
        return StageError(f"{repo!r} is not a data set id.", "Write it as owner/name, or owner/name@revision.")
    if isinstance(error, errors.HfHubHTTPError):
        return _refusal(error, repo, revision)
    if isinstance(error, (httpx2.TransportError, ConnectionError, TimeoutError)):
        return StageError(f"The hub cannot be reached for {repo}: {error or type(error).__name__}.", _AGAIN)
    if isinstance(error, datasets.exceptions.DatasetNotFoundError) and "gated" in str(error):
        return _gated(repo)
    if isinstance(error, datasets.exceptions.DatasetNotFoundError):
        return StageError(f"{what} is not on the hub, or is private.", f"Check the id. {SIGN_IN}")
    if isinstance(error, datasets.exceptions.DataFilesNotFoundError):
        return StageError(f"{what} has no files that can be read as a table.", "Download its files manually.")
    if isinstance(error, RuntimeError) and "scripts are no longer supported" in str(error):
        return StageError(f"{what} is a script, which is never run.", "Download its images and scores manually.")
    if isinstance(error, ValueError) and ("Config name is missing" in str(error) or "BuilderConfig" in str(error)):
        return StageError(f"{what} has several parts. {' '.join(str(error).split())}", f"Choose one: hf:{repo}:NAME.")
    if isinstance(error, (datasets.exceptions.DatasetsError, pyarrow.ArrowException)):
        return StageError(f"{what} cannot be read: {str(error).splitlines()[0]}.", "Download its files manually.")
    if isinstance(error, OSError):
        return _disk_error(error, repo)
    return None


def _refusal(error: Any, repo: str, revision: str | None) -> StageError:
    from huggingface_hub import errors

    status = error.response.status_code
    if isinstance(error, errors.GatedRepoError) or status == 403:
        return _gated(repo)
    if isinstance(error, errors.RevisionNotFoundError):
        return StageError(f"The data set {repo} has no revision {revision!r}.", "Enter a branch, a tag or a commit.")
    if isinstance(error, errors.RepositoryNotFoundError) or status in (401, 404):
        return StageError(f"There is no data set {repo} on the hub.", f"Check the id. If it is private: {SIGN_IN}")
    return StageError(f"The hub returned error {status} for {repo}.", _AGAIN)


def _gated(repo: str) -> StageError:
    return StageError(f"The data set {repo} is gated: it requires an account with approved access.", SIGN_IN)


def _disk_error(error: OSError, repo: str) -> StageError:
    reason = os.strerror(error.errno) if error.errno else str(error)
    if error.errno == errno.ENOSPC:
        return StageError(
            f"The disk is full: {repo} does not fit.", "Free some space and try again; finished downloads are kept."
        )
    return StageError(f"The data set {repo} cannot be downloaded: {reason}.", _AGAIN)
