"""``demo``: draws the data, makes the project on the embedded model, and runs the loop in the window or without one."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from rich.text import Text

from studio.cli_run import run_project
from studio.cli_text import console, import_lines, plain
from studio.cli_tool import run_tool
from studio.cli_window import has_display, headless_wanted, open_window
from studio.services import projects
from studio.services.errors import StudioError

EMBEDDED_MODEL = "demo"
DATABASE = "project.sqlite"


def run_demo(folder: Path, *, headless: bool, iterations: int | None, seed: int | None) -> int:
    """Make the demo project unless it is there, then run or resume its loop; returns the exit code."""
    folder = folder.absolute()
    if (folder / DATABASE).exists():
        _check_seed(folder, seed)
    else:
        screen = console(sys.stdout)
        make_demo_project(folder, seed=seed or 0, say=lambda line: screen.print(Text(line)))
    if headless or headless_wanted() or not has_display():
        return run_project(folder, iterations, review=None)
    return open_window(folder, demo_iterations=iterations, start_loop=True)


def _check_seed(folder: Path, seed: int | None) -> None:
    project = projects.open_project(folder)
    try:
        there = project.settings.project.seed
    finally:
        project.close()
    if seed is not None and seed != there:
        message = f"{plain(folder)} holds a project with seed {there}, not {seed}."
        raise StudioError(message, "Choose another folder with --dir, or leave --seed out to go on with this one.")


def make_demo_project(folder: Path, *, seed: int, say: Callable[[str], None]) -> None:
    """Draw the data into ``folder/data`` and make the project on it; a folder left half made is completed.

    ``say`` gets the lines that a person may read, made plain.

    Raises:
        StudioError: the project cannot be made there.
        ToolError: the data could not be drawn.
    """
    say(f"Drawing the demo data with seed {seed} ...")
    data = folder / "data"
    run_tool("engine.demo", "data", str(data), "--seed", str(seed), on_line=say)
    with tempfile.TemporaryDirectory() as scratch:
        config = Path(scratch) / "demo.toml"
        config.write_text(f'[project]\nname = "Demo"\nseed = {seed}\n', encoding="utf-8")
        report = projects.create_project(
            folder,
            images=data / "images",
            scores=data / "scores.csv",
            model=EMBEDDED_MODEL,
            config=config,
            preset="demo",
        )
    for line in import_lines(report):
        say(line)
