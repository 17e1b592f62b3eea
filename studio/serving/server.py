"""Serve a model until Ctrl-C. The model is in a process of its own, which ends with this one. No torch."""

from __future__ import annotations

import functools
import logging
import shutil
import signal
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import uvicorn

from engine.contract.locks import LockFile, holder
from engine.contract.operating_system import HANGUP, handled
from studio.jobs.serving.model_process import ModelProcess
from studio.jobs.serving.model_session import ModelSession
from studio.jobs.serving.types import SessionState
from studio.services.errors import StudioError
from studio.serving.access import is_loopback
from studio.serving.answers import RequestLimits
from studio.serving.served_model import ServedModel
from studio.serving.web_app import create_app
from studio.text import one_line

_PREFIX, _LOCK = "score-studio-serve-", ".owner.lock"
_BACKLOG = 128
_GRACE_SECONDS = 5
_KEEP_ALIVE_SECONDS = 30


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """Where and to whom a model is served. ``port`` 0 takes a free one; ``token`` None lets everybody in."""

    host: str
    port: int
    token: str | None
    limits: RequestLimits


def serve(served: ServedModel, options: ServeOptions, say: Callable[[str], object]) -> None:
    """Serve until a request to stop; then everything ends.

    Args:
        served: the model.
        options: where.
        say: prints a line for the user.

    Raises:
        StudioError: the address cannot be used, or the model cannot be loaded when it is loaded first.
    """
    with _listening(options) as listener, _scratch() as home:
        running = _Running(say)
        session = ModelSession(served.spec(), running.take, functools.partial(ModelProcess, home=home))
        local = is_loopback(options.host)
        app = create_app(session, served, home, options.limits, token=options.token, local=local)
        running.server = _Server(_config(app), session.close)
        for line in _introduction(served, options, listener.getsockname()[1]):
            say(line)
        session.start()
        hangups = [HANGUP] if HANGUP is not None else []
        try:
            with handled(running.server.handle_exit, hangups):
                running.server.run([listener])
        finally:
            session.close()
            session.join(_GRACE_SECONDS)
        if running.failure is not None:
            raise running.failure


def _config(app: object) -> uvicorn.Config:
    return uvicorn.Config(
        app,  # type: ignore[arg-type]  # FastAPI is an ASGI application
        access_log=False,
        log_level=logging.WARNING,
        lifespan="off",
        server_header=False,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )


class _Server(uvicorn.Server):
    """Ends the model together with the server, so that nobody waits for its answers any more."""

    def __init__(self, config: uvicorn.Config, on_exit: Callable[[], object]) -> None:
        super().__init__(config)
        self._on_exit = on_exit

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop; a second Ctrl-C does not wait for requests under way."""
        self.force_exit = self.should_exit and sig == signal.SIGINT
        self.should_exit = True
        self._on_exit()


class _Running:
    """Tells the user how the model is, and stops the server if it cannot be loaded at the beginning."""

    def __init__(self, say: Callable[[str], object]) -> None:
        self.server: _Server | None = None
        self.failure: StudioError | None = None
        self._say = say
        self._was_ready = False

    def take(self, state: SessionState) -> None:
        """Receive a state, on the session's thread."""
        message = one_line(f"{state.message} {state.remedy}".strip())
        if state.status == "ready":
            self._was_ready = True
            self._say(f"Ready on {state.device}, {state.dtype}. Ctrl-C stops.")
        elif state.status == "loading" and self._was_ready:
            self._say(f"{message} The model is loaded again.".strip())
        elif state.status == "failed" and self._was_ready:
            self._say(f"The model could not be loaded again: {message}")
        elif state.status == "failed":
            self.failure = StudioError(state.message, state.remedy)
            if self.server is not None:
                self.server.should_exit = True


def _introduction(served: ServedModel, options: ServeOptions, port: int) -> Iterator[str]:
    """Yield what the user has to know before the model is loaded."""
    host = f"[{options.host}]" if ":" in options.host else options.host
    shown = {"0.0.0.0": "127.0.0.1", "[::]": "[::1]"}.get(host, host)
    page = f"http://{shown}:{port}/"
    if not is_loopback(options.host):
        yield "Warning: everybody on this network can reach the service; images and token are sent unencrypted."
    if options.token is None:
        yield "Warning: there is no token; every program and every user that reaches the service can use it."
        yield f"{one_line(served.version)}: {page}"
    else:
        yield f"{one_line(served.version)}: {page}#token={options.token}"
        yield f"Token for programs: {options.token}"
    yield f"Interface for programs: {page}docs"
    yield "Loading the model…"


@contextmanager
def _listening(options: ServeOptions) -> Iterator[socket.socket]:
    """Yield a socket that listens at the address.

    Raises:
        StudioError: it cannot.
    """
    try:
        kind, *_, address = socket.getaddrinfo(options.host, options.port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(kind, socket.SOCK_STREAM)
    except OSError as error:
        raise _unusable(options, error) from error
    with listener:
        try:
            if sys.platform != "win32":  # where it would let others take the port
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen(_BACKLOG)
        except OSError as error:
            raise _unusable(options, error) from error
        yield listener


def _unusable(options: ServeOptions, error: OSError) -> StudioError:
    message = f"{options.host}, port {options.port}, cannot be used: {error.strerror or error}."
    return StudioError(message, "Choose another --port, or 0 for a free one; or another --host.")


@contextmanager
def _scratch() -> Iterator[Path]:
    """Yield a private folder for uploads and the model's process. Those of servers that were killed are removed."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        lock = folder / _LOCK
        with suppress(OSError):  # another user's
            if lock.is_file() and holder(lock) is None:
                shutil.rmtree(folder, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=_PREFIX, ignore_cleanup_errors=True) as name:
        lock_file = LockFile(Path(name) / _LOCK)
        lock_file.take()
        try:
            yield Path(name)
        finally:
            lock_file.release()
