"""``degrade`` and ``instruct``: their arguments. What they do is imported when they run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def add_instructing(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(degrade)
    app.command()(instruct)


def degrade(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="images, with subfolders", show_default=False)],
    out: Annotated[Path, typer.Option(metavar="DIR", help="new folder to write, outside of FOLDER")],
    degradations: Annotated[
        str | None, typer.Option(metavar="NAME,...", help="such as blur,noise,subject_mask; default: all")
    ] = None,
    strengths: Annotated[
        str | None, typer.Option(metavar="NUMBER,...", help="above 0 to 1; default: 0.25,0.5,1")
    ] = None,
    at_once: Annotated[int, typer.Option("--at-once", min=1, help="the most degradations of one copy")] = 2,
    contrast: Annotated[
        bool | None,
        typer.Option(
            "--contrast/--single",
            help="only conversations that compare copy and image, or only those about the copy alone; default: both",
            show_default=False,
        ),
    ] = None,
    copies: Annotated[int, typer.Option(min=1, help="copies of each image")] = 1,
    untouched: Annotated[float, typer.Option(help="share of copies that are not degraded")] = 0.2,
    longest_side: Annotated[
        int, typer.Option("--longest-side", min=16, help="larger images are reduced to so many pixels")
    ] = 448,
    seed: Annotated[int, typer.Option(min=0, help="of everything random")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON")] = False,
) -> None:
    """Write degraded copies of images, and conversations that name what was done to them (LLaVA's JSON form)."""
    from studio.cli.instructing.degrade import Given, run_degrade

    raise typer.Exit(
        run_degrade(
            folder, out,
            Given(degradations, strengths, at_once, contrast, copies, untouched, seed, longest_side),
            as_json=as_json,
        )
    )  # fmt: skip


def instruct(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="LLaVA, LLaMA-Factory, ShareGPT or TRL JSON, or a table of critiques"),
    ],
    images: Annotated[Path, typer.Option(metavar="FOLDER", help="folder to which the file's image paths are relative")],
    format: Annotated[
        str | None,
        typer.Option(help="llava, sharegpt, llama-factory, trl or critiques; default: detected by the content"),
    ] = None,
    refusals: Annotated[Path | None, typer.Option(help="write the skipped rows with reasons to this CSV file")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON")] = False,
) -> None:
    """Check a file of instruction data: questions about images with answers. Counts its rows; stores nothing."""
    from studio.cli.instructing.instruct import run_instruct

    raise typer.Exit(run_instruct(file, images, format, refusals, as_json=as_json))
