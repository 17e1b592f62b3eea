"""``serve``: a model as a service on HTTP. No torch."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from typing import Annotated

import typer

from studio.services.errors import StudioError

PORT = 8337
TOKEN_VARIABLE = "SCORE_STUDIO_TOKEN"
_MEGABYTE = 1_000_000
_NEEDED = ("fastapi", "multipart", "uvicorn")


def add_serve(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(serve)


def serve(
    model: Annotated[Path | None, typer.Option(help="exported model")] = None,
    base: Annotated[str | None, typer.Option(help="with --model: the exported adapter's base model")] = None,
    project: Annotated[Path | None, typer.Option(help="project to serve a version of")] = None,
    version: Annotated[str | None, typer.Option(help="version of the project; default: the newest final one")] = None,
    host: Annotated[str, typer.Option(help="address to listen on; default: this computer alone")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one")] = PORT,
    token: Annotated[
        str | None, typer.Option(envvar=TOKEN_VARIABLE, help="token that requests need; default: a random one")
    ] = None,
    no_token: Annotated[bool, typer.Option("--no-token", help="let every request in")] = False,
    max_mb: Annotated[float, typer.Option(min=0.1, max=2000, help="largest image, in MB")] = 32,
    max_images: Annotated[int, typer.Option(min=1, max=1000, help="most images in a request")] = 32,
    max_waiting: Annotated[int, typer.Option(min=1, max=100_000, help="most images that wait at a time")] = 256,
) -> None:
    """Score images on request over HTTP, with a page to drop images on; until Ctrl-C."""
    missing = [name for name in _NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise StudioError("Serving needs optional packages.", "Install them with: pip install 'score-studio[serve]'.")
    from studio.serving.access import SHORTEST_TOKEN, new_token
    from studio.serving.answers import RequestLimits
    from studio.serving.served_model import exported_model, project_model
    from studio.serving.server import ServeOptions
    from studio.serving.server import serve as serve_model

    if (model is None) == (project is None):
        raise StudioError("Name one model to serve.", "Use either --model FOLDER or --project DIR.")
    if project is not None and base is not None:
        raise StudioError("A project has its own base model.", "Omit --base.")
    if model is not None and version is not None:
        raise StudioError("An exported model has only one version.", "Omit --version.")
    if no_token and token is not None:
        raise StudioError("--no-token and a token exclude one another.", f"Omit one, also {TOKEN_VARIABLE}.")
    if token is not None and (len(token) < SHORTEST_TOKEN or not token.isascii() or not token.isprintable()):
        message = f"The token has {len(token)} characters, or others than ASCII."
        raise StudioError(message, f"Use at least {SHORTEST_TOKEN} letters, digits and signs.")
    os.environ.pop(TOKEN_VARIABLE, None)  # the model's process needs none
    served = exported_model(model, base) if model is not None else project_model(_given(project), version)
    image_bytes = int(max_mb * _MEGABYTE)
    limits = RequestLimits(
        image_bytes=image_bytes, images=max_images, request_bytes=image_bytes * min(max_images, 8), waiting=max_waiting
    )
    chosen = None if no_token else token or new_token()
    serve_model(served, ServeOptions(host, port, chosen, limits), _say)


def _given(project: Path | None) -> Path:
    assert project is not None
    return project


def _say(line: str) -> None:
    print(line, flush=True)
