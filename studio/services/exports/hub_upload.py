"""An exported folder as a repository on the hub, through huggingface_hub, which keeps the token. No Qt, no torch.

Nothing goes anywhere before ``push``: ``plan_push`` says exactly what would go, so that a person can be asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studio.services.errors import StudioError

OnProgress = Callable[[int, int], None]
"""Bytes sent, and all of them. Called between files; may raise to stop."""
_REPO = re.compile(r"[A-Za-z0-9][\w-]*(\.[\w-]+)*/[A-Za-z0-9_][\w-]*(\.[\w-]+)*", re.ASCII)
_LONGEST = 96
_SIGN_IN = "Sign in with a token that may write: score-studio login."


@dataclass(frozen=True, slots=True)
class PushPlan:
    """What would go where: ``files`` are names and sizes. ``existing``: into a repository that is there already."""

    repo: str
    private: bool
    existing: bool
    folder: Path
    files: tuple[tuple[str, int], ...]

    @property
    def bytes(self) -> int:
        """All of it."""
        return sum(size for _, size in self.files)


def check_repo(repo: str) -> str:
    """A repository's name as the hub takes it.

    Raises:
        StudioError: it is none.
    """
    if not _REPO.fullmatch(repo) or len(repo) > _LONGEST or "--" in repo or repo.endswith(".git"):
        raise StudioError(f"{repo!r} is no name of a repository.", "Write owner/name, such as ann/my-scorer.")
    return repo


def check_token() -> None:
    """Refuse to begin where nobody is signed in.

    Raises:
        StudioError: huggingface_hub has no token, or offline mode is on.
    """
    from huggingface_hub import constants, get_token

    if constants.HF_HUB_OFFLINE:
        raise StudioError("Offline mode is on (HF_HUB_OFFLINE).", "Switch it off to push.")
    if get_token() is None:
        raise StudioError("The hub does not know who you are: there is no token.", _SIGN_IN)


def plan_push(folder: Path, repo: str, *, public: bool = False, existing: bool = False) -> PushPlan:
    """What a push of an exported folder would send.

    Raises:
        StudioError: a name that the hub does not take, no token, or an empty folder.
    """
    check_repo(repo)
    check_token()
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    if not files:
        raise StudioError(f"{folder} holds nothing to push.", "Export a version first.")
    sizes = tuple((file.relative_to(folder).as_posix(), file.stat().st_size) for file in files)
    return PushPlan(repo, not public, existing, folder, sizes)


def push(plan: PushPlan, *, message: str, on_progress: OnProgress = lambda done, total: None) -> str:
    """Make the repository and send the files as one commit; returns its address.

    A stop or an error leaves the repository without that commit.

    Raises:
        StudioError: the name is taken, the token may not write there, no network, or the hub's own refusal.
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
    """What an error means for a person; a repository that was just made stays, empty, and is told."""
    import httpx2
    from huggingface_hub.errors import HfHubHTTPError

    left = f" The repository {plan.repo} is there, but empty: push again with --existing." if made else ""
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
            return "The hub does not accept the token.", _SIGN_IN
        case 403:
            return f"The token may not write to {plan.repo}.", f"Use a name of your own. {_SIGN_IN}"
        case 404:
            return f"There is no repository {plan.repo} that you may see.", "Leave --existing out to make it."
        case 409 if not plan.existing:
            return (
                f"The name {plan.repo} is taken.",
                "Choose another, or push into that repository with --existing.",
            )
        case status:
            told = getattr(error, "server_message", None) or ""
            return f"The hub answers with error {status}. {told}".strip(), "Try again later."
