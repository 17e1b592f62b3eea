"""``chat``: its arguments. What it does is imported when it runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def add_chat(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(chat)


def chat(
    targets: Annotated[
        list[Path],
        typer.Argument(metavar="DIR IMAGE", help="the project and an image; with --model the image alone"),
    ],
    version: Annotated[str | None, typer.Option(help="version of the project; default: the newest final one")] = None,
    ask: Annotated[
        list[str] | None, typer.Option(help="question to ask; can be repeated; then the conversation ends")
    ] = None,
    suggest: Annotated[
        bool, typer.Option("--suggest", help="ask for suggestions, as the paper does, before other questions")
    ] = False,
    model: Annotated[Path | None, typer.Option(help="exported model to talk with instead of a project")] = None,
    base: Annotated[str | None, typer.Option(help="with --model: the exported adapter's base model")] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="print JSON at the end instead of the text as it comes")
    ] = False,
) -> None:
    """Talk with a version about an image, beginning with its score and explanation; Ctrl-C stops an answer.

    Questions are read from the terminal, or a line each from standard input. A project keeps the conversation.
    """
    from studio.cli.chatting.run import run_chat

    raise typer.Exit(run_chat(targets, version, ask or [], suggest=suggest, model=model, base=base, as_json=as_json))
