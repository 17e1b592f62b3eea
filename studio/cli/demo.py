"""``demo``: generates the data, creates the project with the demo model, and runs the loop in the window or without."""

from __future__ import annotations

import sys
from pathlib import Path

from platformdirs import user_data_path
from rich.text import Text

from studio.cli._output import DONE, console, import_lines, plain
from studio.cli.run import run_project
from studio.cli.window import has_display, headless_wanted, open_window
from studio.jobs.demos.demo_project import is_made, make_demo_project
from studio.jobs.demos.finished_demo import archive_path, build_finished_demo, finished_demo
from studio.services.errors import StudioError
from studio.services.projects import create_and_open
from studio.text import byte_text


def run_demo(folder: Path, *, headless: bool, iterations: int | None, seed: int | None) -> int:
    """Create the demo project unless it exists, then run or resume its loop; returns the exit code."""
    folder = folder.absolute()
    if is_made(folder):
        _check_seed(folder, seed)
    else:
        _make(folder, seed or 0)
    if headless or headless_wanted() or not has_display():
        return run_project(folder, iterations, review=None)
    return open_window(folder, demo_iterations=iterations, start_loop=True)


def open_finished() -> int:
    """Open a copy of the finished demo in the window; without a display print where it is. Returns the exit code."""
    folder = finished_demo(user_data_path("score-studio"))
    if has_display():
        return open_window(folder)
    console(sys.stdout).print(Text(f"The finished demo is in {plain(folder)}: score-studio status {plain(folder)}"))
    return DONE


def build_finished(out: Path | None) -> None:
    """Make the archive of the finished demo, printing what is done."""
    screen = console(sys.stdout)
    file = build_finished_demo(
        out or archive_path(),
        lambda root, iterations: run_project(root, iterations, review=False),
        on_line=lambda line: screen.print(Text(plain(line))),
    )
    screen.print(Text(f"Written: {plain(file)}, {byte_text(file.stat().st_size)}"))


def _make(folder: Path, seed: int) -> None:
    screen = console(sys.stdout)
    screen.print(Text(f"Generating the demo data with seed {seed} ..."))
    report = make_demo_project(folder, seed=seed, on_line=lambda line: screen.print(Text(plain(line))))
    for line in import_lines(report):
        screen.print(Text(line))


def _check_seed(folder: Path, seed: int | None) -> None:
    project = create_and_open.open_project(folder)
    try:
        there = project.settings.project.seed
    finally:
        project.close()
    if seed is not None and seed != there:
        message = f"{plain(folder)} contains a project with seed {there}, not {seed}."
        raise StudioError(message, "Choose another folder with --dir, or omit --seed to continue with this one.")
