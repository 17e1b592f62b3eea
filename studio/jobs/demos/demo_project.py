"""The demo project: generated photographs with known scores, and the embedded model. No Qt, no torch."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from studio.jobs.engine_commands import run_tool
from studio.services.base_models.suitability import DEMO
from studio.services.imports.types import ImportReport
from studio.services.projects import create_and_open
from studio.services.projects.project import DATABASE_NAME


def is_made(folder: Path) -> bool:
    """Return whether the project is complete: its database is created last."""
    return (folder / DATABASE_NAME).exists()


def make_demo_project(
    folder: Path,
    *,
    seed: int,
    on_line: Callable[[str], None],
    counts: tuple[int, int, int] | None = None,
    jpeg: bool = False,
    settings: str = "",
    name: str = "Demo",
) -> ImportReport:
    """Generate the data in ``folder/data`` in a child and create the project; an incomplete folder is completed.

    Args:
        folder: the project's.
        seed: of the data and the training.
        on_line: receives the lines that the generator prints.
        counts: images to train on, to validate and to test with; None: the usual.
        jpeg: make smaller files.
        settings: more of the project's settings, as TOML.
        name: the project's.

    Raises:
        StudioError: the project cannot be created there.
        ToolError: the data could not be generated.
    """
    data = folder / "data"
    options = [*(["--counts", *map(str, counts)] if counts else []), *(["--jpeg"] if jpeg else [])]
    run_tool("engine.demo", "data", str(data), "--seed", str(seed), *options, on_line=on_line)
    with tempfile.TemporaryDirectory() as scratch:
        config = Path(scratch) / "demo.toml"
        config.write_text(f'[project]\nname = "{name}"\nseed = {seed}\n{settings}', encoding="utf-8")
        return create_and_open.create_project(
            folder,
            images=data / "images",
            scores=data / "scores.csv",
            model=DEMO,
            config=config,
            preset="demo",
        )
