"""``chat`` and ``suggest``: their arguments. What they do is imported when they run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def add_chat(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(chat)
    app.command()(suggest)


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


def suggest(
    root: Annotated[Path, typer.Argument(metavar="DIR", help="the project's folder", show_default=False)],
    versions: Annotated[
        str | None, typer.Option(metavar="V,...", help="versions to ask beside base; default: the newest main one")
    ] = None,
    base_url: Annotated[str | None, typer.Option(help="server with OpenAI's chat API, such as Ollama's")] = None,
    model: Annotated[str | None, typer.Option(help="the judge's name on that server; it has to see images")] = None,
    sample: Annotated[int | None, typer.Option(min=2, help="test images to ask about")] = None,
    max_cost: Annotated[float | None, typer.Option(min=0, help="USD that judging one version may cost")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON")] = False,
) -> None:
    """Ask versions how to improve test images, and have a language model that sees them grade the suggestions."""
    from studio.cli.evaluation.suggest import run_suggest

    given = {"base_url": base_url, "model": model, "max_cost": max_cost}
    judge = {name: value for name, value in given.items() if value is not None}
    names = [word.strip() for word in (versions or "").split(",") if word.strip()]
    raise typer.Exit(run_suggest(root, names, judge, sample, as_json=as_json))
