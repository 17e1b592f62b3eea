"""Keys of judges' servers: in the system's keyring, or for this session; each bound to the address it was entered for.

A project's settings name the server, so a project from somebody else could name theirs: a key is only ever given to a
job whose server has the very scheme, host and port that the person entered the key for. No Qt, no torch.
"""

from __future__ import annotations

import os
from collections.abc import MutableMapping
from typing import Literal

from engine.contract.judge_types import JUDGE_KEY, JUDGE_KEY_ORIGIN, OPENAI_ORIGIN, origin_of

SERVICE = "score-studio judge"
KeyPlace = Literal["environment", "session", "keyring"]
_session: dict[str, str] = {}


def key_of(base_url: str) -> tuple[str, KeyPlace] | None:
    """Return the key for this address and where it is kept; None if there is none.

    The variable SCORE_STUDIO_JUDGE_KEY comes first; it is bound to SCORE_STUDIO_JUDGE_ORIGIN, or else to OpenAI's
    address.
    """
    origin = origin_of(base_url)
    given = os.environ.get(JUDGE_KEY)
    if given and origin_of(os.environ.get(JUDGE_KEY_ORIGIN, OPENAI_ORIGIN)) == origin:
        return given, "environment"
    if origin in _session:
        return _session[origin], "session"
    stored = _stored(origin)
    return None if stored is None else (stored, "keyring")


def set_key(base_url: str, key: str) -> KeyPlace:
    """Keep a key for this address: in the keyring; where there is none, until this program ends."""
    import keyring
    import keyring.errors

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
    if os.environ.get(JUDGE_KEY) and not os.environ.get(JUDGE_KEY_ORIGIN):
        os.environ[JUDGE_KEY_ORIGIN] = origin_of(base_url)


def given_key() -> dict[str, str]:
    """Return the key that this program was given in its environment, for a process that continues its queue."""
    return {name: os.environ[name] for name in (JUDGE_KEY, JUDGE_KEY_ORIGIN) if name in os.environ}


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
