"""Having every image opened once by a child, which a damaged file may crash or hang: then that file is the finding.

Knows no Qt, no database, no Pillow and no torch.
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
"""What one image may take, the start of the child included; a large one takes a second or two."""
_READY = "ready"


def examine(
    paths: Sequence[Path],
    stopped: Callable[[], bool] = lambda: False,
    seconds: float = SECONDS,
    command: Sequence[str] | None = None,
    resting: Callable[[], bool] = lambda: False,
) -> Iterator[Examined]:
    """What there is to know of each image, in order; where ``stopped`` says so, no more. Leaving ends the child.

    ``resting``: whether the child is to stand still for now. ``command``: what to start instead of the engine; the
    list's path is appended (tests use it).

    Raises:
        ToolError: the child cannot work at all.
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
