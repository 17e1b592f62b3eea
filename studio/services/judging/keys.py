"""Keys of judges' servers: in the system's keyring, or for this session; each bound to the address it was entered for.

A project's settings name the server, so a project from somebody else could name theirs: a key is only ever given to a
job whose server has the very scheme, host and port that the person entered the key for. No Qt, no torch.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, MutableMapping
from contextlib import suppress
from typing import Literal

from engine.contract.judge_types import JUDGE_KEY, JUDGE_KEY_ORIGIN, OPENAI_ORIGIN, origin_of, usable_key
from studio.services.errors import StudioError

SERVICE = "score-studio judge"
KeyPlace = Literal["environment", "session", "keyring"]
_session: dict[str, str] = {}
_given: list[str] = []
"""The key that this program was started with, and the origin that it is bound to."""


def take_from_environment() -> None:
    """Remember the key that this program was started with, and remove it from what every child would inherit."""
    key, address = os.environ.pop(JUDGE_KEY, ""), os.environ.pop(JUDGE_KEY_ORIGIN, "")
    if key:
        with suppress(ValueError):  # an address that is none binds the key to nothing
            _given[:] = [key, origin_of(address) if address else ""]


def key_of(base_url: str) -> tuple[str, KeyPlace] | None:
    """Return the key for this address and where it is kept; None if there is none.

    The variable SCORE_STUDIO_JUDGE_KEY comes first; it is bound to SCORE_STUDIO_JUDGE_ORIGIN, or else to OpenAI's
    address.
    """
    origin = origin_of(base_url)
    if _given and (_given[1] or OPENAI_ORIGIN) == origin:
        return _given[0], "environment"
    if origin in _session:
        return _session[origin], "session"
    stored = _stored(origin)
    return None if stored is None else (stored, "keyring")


def set_key(base_url: str, key: str) -> KeyPlace:
    """Keep a key for this address: in the keyring; where there is none, until this program ends.

    Raises:
        StudioError: it cannot be a key.
    """
    import keyring
    import keyring.errors

    try:
        key = usable_key(key)
    except ValueError as error:
        raise StudioError(str(error)) from None
    origin = origin_of(base_url)
    try:
        keyring.set_password(SERVICE, origin, key)
    except keyring.errors.KeyringError:
        _session[origin] = key
        return "session"
    _session.pop(origin, None)
    return "keyring"


def forget_key(base_url: str) -> None:
    """Delete the key for this address, if there is one; one in the environment stays there."""
    import keyring
    import keyring.errors

    origin = origin_of(base_url)
    _session.pop(origin, None)
    try:
        keyring.delete_password(SERVICE, origin)
    except keyring.errors.KeyringError:  # also if there is none
        return


def environment_for(base_url: str) -> dict[str, str]:
    """Return the variables that give a job its server's key; empty if there is none."""
    found = key_of(base_url)
    return {} if found is None else {JUDGE_KEY: found[0], JUDGE_KEY_ORIGIN: origin_of(base_url)}


def bind_environment_key(base_url: str) -> None:
    """Bind a key in the environment to an address that the person has typed beside it, unless it is bound already."""
    if _given and not _given[1]:
        _given[1] = origin_of(base_url)


def handed_over(base_urls: Iterable[str]) -> dict[str, str]:
    """Return the variables for a process that continues the queue, with a key that it could not find by itself."""
    for base_url in base_urls:
        found = key_of(base_url)
        if found is not None and found[1] != "keyring":
            return environment_for(base_url)
    return {}


def without_keys(environment: MutableMapping[str, str]) -> MutableMapping[str, str]:
    """Remove judges' keys from an environment, for a child that needs none; returns it."""
    for name in (JUDGE_KEY, JUDGE_KEY_ORIGIN):
        environment.pop(name, None)
    return environment


def _stored(origin: str) -> str | None:
    import keyring
    import keyring.errors

    try:
        return keyring.get_password(SERVICE, origin)
    except keyring.errors.KeyringError:
        return None
