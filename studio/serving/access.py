"""Who may use the service: those with the token, and on this computer only under its own names."""

from __future__ import annotations

import ipaddress
import secrets
from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, HTTPException
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

SHORTEST_TOKEN = 16
"""Characters of a token that the user chooses, at least."""
_bearer = HTTPBearer(auto_error=False, description="The token that score-studio serve prints.")
Given = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]


def new_token() -> str:
    """Return a random token."""
    return secrets.token_urlsafe(24)


def token_check(token: str | None) -> Callable[[Given], Awaitable[None]]:
    """Return a dependency that refuses requests without this token; None: every request is welcome."""

    async def check(given: Given) -> None:
        if token is None:
            return
        found = given.credentials if given is not None else ""
        if not secrets.compare_digest(found.encode("utf-8"), token.encode("utf-8")):
            raise HTTPException(
                401,
                "The token is missing or wrong. Send the header Authorization: Bearer TOKEN, with the token that "
                "score-studio serve printed.",
                {"WWW-Authenticate": "Bearer"},
            )

    return check


def is_loopback(host: str) -> bool:
    """Return whether a host name or address is this computer alone."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class LocalNames:
    """Refuses requests for another host name: a web page could reach this computer under a name of its own."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer it with 421."""
        if scope["type"] == "http" and not is_loopback(_host(Headers(scope=scope).get("host", ""))):
            text = "This service answers on this computer only: use 127.0.0.1 or localhost, or serve with --host."
            await JSONResponse({"error": text, "remedy": ""}, 421)(scope, receive, send)
            return
        await self._app(scope, receive, send)


def _host(value: str) -> str:
    """Return the host of a Host header, without its port and an IPv6 address's brackets."""
    if value.startswith("["):
        return value[1:].partition("]")[0]
    return value.partition(":")[0]
