"""Hub requests of this process: a model's size and access, and the token. No Qt, no torch.

huggingface_hub stores the token in its own file for this user; it is never written to a project, a log or a command
line. All requests need the network and take seconds, so never make them in the window's thread.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.contract import hub_cache, hub_client
from engine.contract.context import StageError
from studio.services.errors import StudioError


@dataclass(frozen=True, slots=True)
class Availability:
    """Where a hub model is: completely on this machine (``here``), or to be downloaded.

    ``bytes`` is the size of all files; ``needs_token``: access is restricted, and huggingface_hub has no token.
    """

    here: bool
    commit: str
    bytes: int
    needs_token: bool = False


def availability(repo: str, revision: str | None, *, offline: bool = False) -> Availability:
    """Return a model's availability; the hub is asked only if the model is not on this machine.

    Raises:
        StudioError: it is not on this machine and cannot be downloaded, or is not suitable; with the reason.
    """
    folder = hub_cache.snapshot(repo, revision)
    if folder is not None:
        size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
        return Availability(True, folder.name, size)
    try:
        if offline:
            raise hub_client.offline_error(repo)
        found = hub_client.look_up(repo, revision)
    except StageError as error:
        raise StudioError(error.message, error.remedy) from error
    return Availability(False, found.commit, found.size, found.gated and not hub_client.token_is_known())


def is_signed_in() -> bool:
    """Return whether huggingface_hub has a token, stored or from the environment."""
    return hub_client.token_is_known()


def sign_in(token: str) -> str:
    """Have the hub check a token and huggingface_hub store it; returns the account's name.

    Raises:
        StudioError: no token, an invalid one, or no network.
    """
    token = token.strip()
    if not token:
        raise StudioError(
            "No token was entered.", f"Create one with read access to models at {hub_client.token_page()}"
        )
    try:
        return hub_client.sign_in(token)
    except StageError as error:
        raise StudioError(error.message, error.remedy) from error


def sign_out() -> None:
    """Have huggingface_hub delete its token."""
    hub_client.sign_out()
