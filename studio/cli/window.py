"""Open the window from the command line. Only this module imports Qt, and only when the window is requested."""

from __future__ import annotations

import os
from pathlib import Path

from studio.operating_system import LINUX
from studio.services.errors import StudioError


def has_display() -> bool:
    """Return whether a window can be shown; an explicit Qt platform such as offscreen counts as a display."""
    wanted = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return not LINUX or any(os.environ.get(name) for name in wanted)


def headless_wanted() -> bool:
    """Return whether the environment has HEADLESS=1 (or anything except empty and 0)."""
    return os.environ.get("HEADLESS", "") not in ("", "0")


def open_window(root: Path | None, *, demo_iterations: int | None = None, start_loop: bool = False) -> int:
    """Open the window on a project, or on the last one; returns the exit code after closing.

    Raises:
        StudioError: there is no display, or a system library that Qt needs is missing.
    """
    if not has_display():
        raise StudioError(
            "There is no display, so the window cannot open.",
            "The commands work without one: score-studio --help; the demo runs with: score-studio demo --headless",
        )
    try:
        import PySide6.QtWidgets  # noqa: F401  only to check whether its libraries can be loaded
    except ImportError as error:
        raise StudioError(
            f"Qt cannot be loaded: {error}.",
            "score-studio doctor names the missing system libraries; the commands work without the window.",
        ) from error
    from studio import app

    return app.run(root, start_loop=start_loop, iterations=demo_iterations)
