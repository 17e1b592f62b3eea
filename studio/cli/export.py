"""Commands for what goes out of a project, and what comes back. Only their forms: the work is in ``cli_out_commands``.

Loads nothing heavy, so that ``--help`` answers at once.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Project = Annotated[Path, typer.Argument(metavar="DIR", help="the project's folder", show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help="print JSON")]
Licence = Annotated[
    str | None, typer.Option("--license", help="for the model card, such as apache-2.0; never guessed", metavar="ID")
]


def add_commands(app: typer.Typer) -> None:
    """Put these commands into the program's list."""
    for command in (pairs, predict, export, push, archive, unarchive):
        app.command()(command)


def pairs(
    root: Project,
    export: Annotated[Path | None, typer.Option(metavar="FILE", help=".jsonl or .parquet file to write")] = None,
    read: Annotated[Path | None, typer.Option("--import", metavar="FILE", help="edited file to take back")] = None,
    paths_only: Annotated[bool, typer.Option("--paths-only", help="Parquet: do not embed the images")] = False,
    include_vetoed: Annotated[bool, typer.Option("--include-vetoed", help="export vetoed pairs too")] = False,
    veto_missing: Annotated[bool, typer.Option("--veto-missing", help="import: veto pairs the file lacks")] = False,
) -> None:
    """Export the pairs in TRL's preference format, or take back a file that was edited elsewhere."""
    from studio.cli import _export_commands

    code = _export_commands.pairs(
        root, export, read, paths_only=paths_only, include_vetoed=include_vetoed, veto_missing=veto_missing
    )
    raise typer.Exit(code)


def predict(
    targets: Annotated[
        list[Path],
        typer.Argument(metavar="DIR IMAGE...", help="a project, then images or folders of images", show_default=False),
    ],
    version: Annotated[str | None, typer.Option(help="model version; the newest final one if not given")] = None,
    model: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="an exported model instead of a project", show_default=False)
    ] = None,
    base: Annotated[str | None, typer.Option(help="base model of an exported adapter, if not where it was")] = None,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help=".csv, .jsonl or .parquet file to write")] = None,
    as_json: AsJson = False,
) -> None:
    """Score images and say why: with a project's version, or anywhere with an exported model."""
    from studio.cli.predict import run_predict

    raise typer.Exit(run_predict(targets, version, model=model, base=base, out=out, as_json=as_json))


def export(
    root: Project,
    version: Annotated[str | None, typer.Option(help="model version to export, such as iter2/merged")] = None,
    to: Annotated[Path | None, typer.Option(metavar="FOLDER", help="new or empty folder for the version")] = None,
    merged: Annotated[bool, typer.Option("--merged", help="a whole model for plain transformers, no adapter")] = False,
    licence: Licence = None,
    predictions: Annotated[
        Path | None, typer.Option(metavar="FILE", help="write all predictions as .csv or .parquet")
    ] = None,
    metrics: Annotated[Path | None, typer.Option(metavar="FILE", help="write all metrics as .csv or .parquet")] = None,
) -> None:
    """Export a version as a peft adapter or a whole model; predictions and metrics as tables."""
    from studio.cli import _export_commands

    code = _export_commands.export(
        root, version, to, merged=merged, licence=licence, predictions=predictions, metrics=metrics
    )
    raise typer.Exit(code)


def push(
    root: Project,
    version: Annotated[str, typer.Argument(metavar="VERSION", help="such as iter2/merged", show_default=False)],
    repo: Annotated[str, typer.Option(metavar="OWNER/NAME", help="repository to make on the hub")],
    public: Annotated[bool, typer.Option("--public", help="for everybody to see; private if not given")] = False,
    existing: Annotated[bool, typer.Option("--existing", help="into a repository that is there")] = False,
    merged: Annotated[bool, typer.Option("--merged", help="a whole model for plain transformers, no adapter")] = False,
    licence: Licence = None,
    yes: Annotated[bool, typer.Option("--yes", help="do not ask")] = False,
) -> None:
    """Push a version to the hub: shows what would go, asks, and keeps it private unless told otherwise."""
    from studio.cli import _export_commands

    code = _export_commands.push(
        root, version, repo, public=public, existing=existing, merged=merged, licence=licence, yes=yes
    )
    raise typer.Exit(code)


def archive(
    root: Project,
    file: Annotated[Path, typer.Argument(metavar="FILE.zip", help="file to write", show_default=False)],
    images: Annotated[bool, typer.Option("--images/--no-images", help="put the images in as well")] = True,
) -> None:
    """Put the project into one file that opens on another machine."""
    from studio.cli import _export_commands

    raise typer.Exit(_export_commands.archive(root, file, with_images=images))


def unarchive(
    file: Annotated[Path, typer.Argument(metavar="FILE.zip", help="what archive wrote", show_default=False)],
    root: Annotated[Path, typer.Argument(metavar="DIR", help="new or empty folder", show_default=False)],
    images: Annotated[Path | None, typer.Option(help="where the images are, if not in the file")] = None,
    model: Annotated[str | None, typer.Option(help="where the base model is, if not where it was")] = None,
) -> None:
    """Make a project of an archive."""
    from studio.cli import _export_commands

    raise typer.Exit(_export_commands.unarchive(file, root, images=images, model=model))
