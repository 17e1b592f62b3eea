"""The demo project: drawn photographs with known scores and the embedded model. A child draws. No Qt, no torch."""

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
    """Whether the project is there already, and whole: its database comes last."""
    return (folder / DATABASE_NAME).exists()


def make_demo_project(folder: Path, *, seed: int, on_line: Callable[[str], None]) -> ImportReport:
    """Draw the data into ``folder/data`` and make the project on it; a folder left half made is completed.

    ``on_line`` gets the lines that the drawing prints.

    Raises:
        StudioError: the project cannot be made there.
        ToolError: the data could not be drawn.
    """
    data = folder / "data"
    run_tool("engine.demo", "data", str(data), "--seed", str(seed), on_line=on_line)
    with tempfile.TemporaryDirectory() as scratch:
        config = Path(scratch) / "demo.toml"
        config.write_text(f'[project]\nname = "Demo"\nseed = {seed}\n', encoding="utf-8")
        return create_and_open.create_project(
            folder,
            images=data / "images",
            scores=data / "scores.csv",
            model=DEMO,
            config=config,
            preset="demo",
        )
