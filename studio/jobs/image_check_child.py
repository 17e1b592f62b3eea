"""Open every image once in a child, since a damaged file can crash or hang it; that is then the finding.

No Qt, no database, no Pillow, no torch.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from studio.jobs.engine_commands import ToolError
from studio.jobs.line_process import LineProcess
from studio.jobs.process import python_command
from studio.services.images.image_check import Examined

SECONDS = 60.0
"""Timeout per image, including the start of the child; a large image takes a second or two."""
_READY = "ready"


def examine(
    paths: Sequence[Path],
    stopped: Callable[[], bool] = lambda: False,
    seconds: float = SECONDS,
    command: Sequence[str] | None = None,
    resting: Callable[[], bool] = lambda: False,
) -> Iterator[Examined]:
    """Yield the findings about each image in order until ``stopped`` returns True. Closing the iterator ends the child.

    ``resting``: whether the child is to be suspended for now. ``command``: started instead of the engine, with the path
    of the list appended (for tests).

    Raises:
        ToolError: the child does not work at all.
    """
    done = 0
    while done < len(paths) and not stopped():
        fate = ""
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".list") as listed:
            listed.writelines(f"{json.dumps(str(path))}\n" for path in paths[done:])
            listed.flush()
            with LineProcess([*(command or python_command("engine.image_check")), listed.name]) as child:
                for found in _findings(child, stopped, seconds, resting):
                    done += 1
                    yield found
                fate = child.fate
        if done < len(paths) and fate and not stopped():
            done += 1
            yield Examined(problem=f"damaged or unreadable (the program that read it {fate})")


def _findings(
    child: LineProcess, stopped: Callable[[], bool], seconds: float, resting: Callable[[], bool]
) -> Iterator[Examined]:
    ready = False
    for line in child.lines(stopped, seconds, resting):
        if ready:
            yield Examined(**json.loads(line))
        ready = ready or line == _READY
    if not ready and not stopped():
        raise ToolError(f"The images cannot be read: {child.errors}")
