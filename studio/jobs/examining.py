"""Having every image opened once by a child, which a damaged file may crash or hang: then that file is the finding.

Knows no Qt, no database, no Pillow and no torch.
"""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from studio.jobs.process import child_environment, describe_return, python_command
from studio.jobs.tool import ToolError
from studio.services.examined import Examined

SECONDS = 60.0
"""What one image may take, the start of the child included; a large one takes a second or two."""
_LISTEN_S = 0.2
_READY = "ready"


def examine(
    paths: Sequence[Path],
    stopped: Callable[[], bool] = lambda: False,
    seconds: float = SECONDS,
    command: Sequence[str] | None = None,
) -> Iterator[Examined]:
    """What there is to know of each image, in order; where ``stopped`` says so, no more. Leaving ends the child.

    ``command``: what to start instead of the engine; the list's path is appended (tests use it).

    Raises:
        ToolError: the child cannot work at all.
    """
    done = 0
    while done < len(paths) and not stopped():
        child = _Child(paths[done:], command or python_command("engine.examine"))
        try:
            for found in child.findings(stopped, seconds):
                done += 1
                yield found
        finally:
            child.close()
        if done < len(paths) and child.fate:
            done += 1
            yield Examined(problem=f"damaged or unreadable (the program that read it {child.fate})")


class _Child:
    """One run over a list. ``fate``: how it ended before its last image; empty where it did not."""

    def __init__(self, paths: Sequence[Path], command: Sequence[str]) -> None:
        self.fate = ""
        self._left = len(paths)
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115  closed with the child
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".list", delete=False) as lines:
            self._list = Path(lines.name)
            lines.writelines(f"{json.dumps(str(path))}\n" for path in paths)
        self._process = subprocess.Popen(
            [*command, str(self._list)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self._errors,
            env=child_environment(), start_new_session=True,
        )  # fmt: skip

    def findings(self, stopped: Callable[[], bool], seconds: float) -> Iterator[Examined]:
        """Each line as it comes, until the child ends, hangs, or is not wanted any more."""
        ready = False
        for line in self._lines(stopped, seconds):
            if ready:
                self._left -= 1
                yield Examined(**_fields(line))
            ready = ready or line == _READY
        if stopped():
            self.fate = ""
        elif not ready:
            self._errors.seek(0)
            raise ToolError(f"The images cannot be read: {self._errors.read()[-2000:].decode('utf-8', 'replace')}")

    def close(self) -> None:
        """Ends the child, if it has not ended by itself."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._errors.close()
        self._list.unlink(missing_ok=True)

    def _lines(self, stopped: Callable[[], bool], seconds: float) -> Iterator[str]:
        assert self._process.stdout is not None
        buffer, until = b"", time.monotonic() + seconds
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.stdout, selectors.EVENT_READ)
            while not stopped():
                if not selector.select(_LISTEN_S):
                    if time.monotonic() > until:
                        self.fate = f"was stopped after {seconds:g} seconds"
                        return
                    continue
                data = os.read(self._process.stdout.fileno(), 1 << 16)
                if not data:
                    self.fate = describe_return(self._process.wait()) if self._left else ""
                    return
                *lines, buffer = (buffer + data).split(b"\n")
                until = time.monotonic() + seconds
                yield from (line.decode("utf-8") for line in lines)


def _fields(line: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(line)
    return found
