"""Definitions of the export and import commands, implemented in ``_export_commands``.

Imports nothing slow, so that ``--help`` responds quickly.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Project = Annotated[Path, typer.Argument(metavar="DIR", help="the project's folder", show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help="print JSON")]
Licence = Annotated[
    str | None, typer.Option("--license", help="licence in the model card, such as apache-2.0", metavar="ID")
]


def add_commands(app: typer.Typer) -> None:
    """Add these commands to the program."""
    for command in (pairs, predict, export, push, archive, unarchive):
        app.command()(command)


def pairs(
    root: Project,
    export: Annotated[Path | None, typer.Option(metavar="FILE", help=".jsonl or .parquet file to write")] = None,
    read: Annotated[Path | None, typer.Option("--import", metavar="FILE", help="edited file to import")] = None,
    paths_only: Annotated[bool, typer.Option("--paths-only", help="Parquet: do not embed the images")] = False,
    include_vetoed: Annotated[bool, typer.Option("--include-vetoed", help="export vetoed pairs too")] = False,
    veto_missing: Annotated[
        bool, typer.Option("--veto-missing", help="import: veto pairs missing from the file")
    ] = False,
) -> None:
    """Export the pairs in TRL's preference format, or import a file that was edited elsewhere."""
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
    version: Annotated[str | None, typer.Option(help="model version; default: the newest final one")] = None,
    model: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="an exported model instead of a project", show_default=False)
    ] = None,
    base: Annotated[str | None, typer.Option(help="base model of an exported adapter, if it has moved")] = None,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help=".csv, .jsonl or .parquet file to write")] = None,
    as_json: AsJson = False,
) -> None:
    """Score and explain images with a project's version, or anywhere with an exported model."""
    from studio.cli.predict import run_predict

    raise typer.Exit(run_predict(targets, version, model=model, base=base, out=out, as_json=as_json))


def export(
    root: Project,
    version: Annotated[str | None, typer.Option(help="model version to export, such as iter2/merged")] = None,
    to: Annotated[Path | None, typer.Option(metavar="FOLDER", help="new or empty folder for the version")] = None,
    merged: Annotated[
        bool, typer.Option("--merged", help="a whole model for transformers instead of an adapter")
    ] = False,
    licence: Licence = None,
    predictions: Annotated[
        Path | None, typer.Option(metavar="FILE", help="write all predictions as .csv or .parquet")
    ] = None,
    metrics: Annotated[Path | None, typer.Option(metavar="FILE", help="write all metrics as .csv or .parquet")] = None,
    grades: Annotated[
        Path | None, typer.Option(metavar="FILE", help="write the grades of all judges as .csv or .parquet")
    ] = None,
    review_log: Annotated[
        Path | None,
        typer.Option("--review-log", metavar="FILE", help="write every decision on pairs as .csv or .parquet"),
    ] = None,
) -> None:
    """Export a version as a PEFT adapter or a whole model; predictions, metrics, grades and the review as tables."""
    from studio.cli import _export_commands

    code = _export_commands.export(
        *(root, version, to),
        merged=merged,
        licence=licence,
        predictions=predictions,
        metrics=metrics,
        grades=grades,
        review_log=review_log,
    )
    raise typer.Exit(code)


def push(
    root: Project,
    version: Annotated[str, typer.Argument(metavar="VERSION", help="such as iter2/merged", show_default=False)],
    repo: Annotated[str, typer.Option(metavar="OWNER/NAME", help="hub repository to create")],
    public: Annotated[bool, typer.Option("--public", help="visible to everybody; default: private")] = False,
    existing: Annotated[bool, typer.Option("--existing", help="use an existing repository")] = False,
    merged: Annotated[
        bool, typer.Option("--merged", help="a whole model for transformers instead of an adapter")
    ] = False,
    licence: Licence = None,
    yes: Annotated[bool, typer.Option("--yes", help="do not ask")] = False,
) -> None:
    """Push a version to the hub: previews the upload and asks first; private by default."""
    from studio.cli import _export_commands

    code = _export_commands.push(
        root, version, repo, public=public, existing=existing, merged=merged, licence=licence, yes=yes
    )
    raise typer.Exit(code)


def archive(
    root: Project,
    file: Annotated[Path, typer.Argument(metavar="FILE.zip", help="file to write", show_default=False)],
    images: Annotated[bool, typer.Option("--images/--no-images", help="include the images")] = True,
) -> None:
    """Archive the project in one file that opens on another machine."""
    from studio.cli import _export_commands

    raise typer.Exit(_export_commands.archive(root, file, with_images=images))


def unarchive(
    file: Annotated[Path, typer.Argument(metavar="FILE.zip", help="file written by archive", show_default=False)],
    root: Annotated[Path, typer.Argument(metavar="DIR", help="new or empty folder", show_default=False)],
    images: Annotated[Path | None, typer.Option(help="where the images are, if not in the file")] = None,
    model: Annotated[str | None, typer.Option(help="where the base model is, if it has moved")] = None,
) -> None:
    """Create a project from an archive."""
    from studio.cli import _export_commands

    raise typer.Exit(_export_commands.unarchive(file, root, images=images, model=model))
