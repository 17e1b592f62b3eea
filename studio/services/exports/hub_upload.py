"""Upload an exported folder to a hub repository through huggingface_hub, which stores the token. No Qt, no torch.

Nothing is sent before ``push``: ``plan_push`` lists exactly what will be sent, for a confirmation.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studio.services.errors import StudioError

OnProgress = Callable[[int, int], None]
"""Bytes sent and their total. Called between files; may raise to stop."""
_REPO = re.compile(r"[A-Za-z0-9][\w-]*(\.[\w-]+)*/[A-Za-z0-9_][\w-]*(\.[\w-]+)*", re.ASCII)
_LONGEST = 96
_SIGN_IN = "Sign in with a token with write access: score-studio login."


@dataclass(frozen=True, slots=True)
class PushPlan:
    """What will be uploaded: ``files`` are names and sizes. ``existing``: to an existing repository."""

    repo: str
    private: bool
    existing: bool
    folder: Path
    files: tuple[tuple[str, int], ...]

    @property
    def bytes(self) -> int:
        """Return the total size."""
        return sum(size for _, size in self.files)


def check_repo(repo: str) -> str:
    """Return a repository's name in the hub's form.

    Raises:
        StudioError: not a valid name.
    """
    if not _REPO.fullmatch(repo) or len(repo) > _LONGEST or "--" in repo or repo.endswith(".git"):
        raise StudioError(f"{repo!r} is not a repository name.", "Write owner/name, such as ann/my-scorer.")
    return repo


def check_token() -> None:
    """Check that the user is signed in.

    Raises:
        StudioError: huggingface_hub has no token, or offline mode is on.
    """
    from huggingface_hub import constants, get_token

    if constants.HF_HUB_OFFLINE:
        raise StudioError("Offline mode is on (HF_HUB_OFFLINE).", "Switch it off to push.")
    if get_token() is None:
        raise StudioError("You are not signed in to the Hugging Face hub.", _SIGN_IN)


def plan_push(folder: Path, repo: str, *, public: bool = False, existing: bool = False) -> PushPlan:
    """Return what a push of an exported folder would send.

    Raises:
        StudioError: a name that the hub does not accept, no token, or an empty folder.
    """
    check_repo(repo)
    check_token()
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    if not files:
        raise StudioError(f"{folder} is empty.", "Export a version first.")
    sizes = tuple((file.relative_to(folder).as_posix(), file.stat().st_size) for file in files)
    return PushPlan(repo, not public, existing, folder, sizes)


def push(plan: PushPlan, *, message: str, on_progress: OnProgress = lambda done, total: None) -> str:
    """Create the repository and send the files as one commit; returns its address.

    After a stop or an error the repository does not contain that commit.

    Raises:
        StudioError: the name is taken, the token has no write access, no network, or the hub rejected the upload.
    """
    import httpx2
    from huggingface_hub import CommitOperationAdd, HfApi
    from huggingface_hub.errors import HfHubHTTPError
    from huggingface_hub.utils.tqdm import disable_progress_bars

    disable_progress_bars()
    api = HfApi(library_name="score-studio")
    additions = [CommitOperationAdd(name, str(plan.folder / name)) for name, _ in plan.files]
    made = False
    try:
        if not plan.existing:
            api.create_repo(plan.repo, private=plan.private, exist_ok=False)
            made = True
        done = 0
        for addition, (_, size) in zip(additions, plan.files, strict=True):
            on_progress(done, plan.bytes)
            api.preupload_lfs_files(plan.repo, [addition], free_memory=False)
            done += size
        commit = api.create_commit(plan.repo, additions, commit_message=message)
    except (HfHubHTTPError, httpx2.TransportError, OSError, ValueError, RuntimeError) as error:
        raise _explained(error, plan, made) from error
    on_progress(plan.bytes, plan.bytes)
    return str(commit.repo_url)


def _explained(error: Exception, plan: PushPlan, made: bool) -> StudioError:
    """Return an error for the user; it mentions a repository that was just created and remains, empty."""
    import httpx2
    from huggingface_hub.errors import HfHubHTTPError

    left = f" The empty repository {plan.repo} was created: push again with --existing." if made else ""
    if isinstance(error, HfHubHTTPError):
        message, remedy = _refusal(error, plan)
    elif isinstance(error, httpx2.TransportError):
        message, remedy = f"The hub cannot be reached: {str(error) or type(error).__name__}.", "Check the network."
    else:
        message, remedy = f"{plan.repo} could not be pushed: {error}.", "Check the files, and try again."
    return StudioError(message, remedy + left)


def _refusal(error: Any, plan: PushPlan) -> tuple[str, str]:
    match error.response.status_code:
        case 401:
            return "The hub rejected the token.", _SIGN_IN
        case 403:
            return f"The token has no write access to {plan.repo}.", f"Use a repository of your own. {_SIGN_IN}"
        case 404:
            return f"The repository {plan.repo} does not exist or is private.", "Omit --existing to create it."
        case 409 if not plan.existing:
            return (
                f"The name {plan.repo} is taken.",
                "Choose another name, or push to that repository with --existing.",
            )
        case status:
            detail = getattr(error, "server_message", None) or ""
            return f"The hub reported error {status}. {detail}".strip(), "Try again later."
