"""Asking the hub from this process: what a model would bring, and the token. No Qt, no torch.

The token is huggingface_hub's to keep, in its own file for this person; it never comes into a project, a log or a
command line. Both questions need the network and take seconds: never in the window's thread.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.contract import hub_cache, hub_client
from engine.contract.context import StageError
from studio.services.errors import StudioError


@dataclass(frozen=True, slots=True)
class Availability:
    """Where a hub model is: ``here`` as a whole, or to be fetched.

    ``bytes`` are of all files; ``needs_token``: it is gated, and huggingface_hub has no token.
    """

    here: bool
    commit: str
    bytes: int
    needs_token: bool = False


def availability(repo: str, revision: str | None, *, offline: bool = False) -> Availability:
    """What there is of a model; the hub is asked only about one that is not here.

    Raises:
        StudioError: it is not here, and it cannot be fetched or would be of no use; says why.
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
    """Whether huggingface_hub has a token, of its own or from the environment."""
    return hub_client.token_is_known()


def sign_in(token: str) -> str:
    """Have the hub check a token and huggingface_hub keep it; returns the account's name.

    Raises:
        StudioError: no token, one that the hub does not accept, or no network.
    """
    token = token.strip()
    if not token:
        raise StudioError("No token was given.", f"Make one that may read models at {hub_client.token_page()}")
    try:
        return hub_client.sign_in(token)
    except StageError as error:
        raise StudioError(error.message, error.remedy) from error


def sign_out() -> None:
    """Have huggingface_hub forget its token."""
    hub_client.sign_out()
