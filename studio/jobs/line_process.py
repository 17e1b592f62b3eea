"""A child that writes lines: read until it ends, is silent for too long, or is no longer needed.

No Qt, no database, no torch.
"""

from __future__ import annotations

import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from types import TracebackType
from typing import Self

from studio.jobs.pipe_reader import PipeReader
from studio.jobs.process import child_environment
from studio.operating_system import NEW_GROUP, describe_return, stand_still

POLL_S = 0.2
ERROR_BYTES = 4096


class LineProcess:
    """Use it in a ``with``: leaving kills the child. ``fate`` is how it ended by itself, as text; empty until then."""

    def __init__(self, command: Sequence[str]) -> None:
        self.fate = ""
        self.returncode: int | None = None
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115  closed with the child
        self._process = subprocess.Popen(
            list(command), bufsize=0, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self._errors,
            env=child_environment(), start_new_session=True, creationflags=NEW_GROUP,
        )  # fmt: skip
        assert self._process.stdout is not None
        self._output = PipeReader(self._process.stdout)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        self._output.close()
        self._errors.close()

    @property
    def errors(self) -> str:
        """Return the end of the child's stderr."""
        self._errors.seek(0)
        return self._errors.read()[-ERROR_BYTES:].decode("utf-8", "replace")

    def lines(
        self,
        stopped: Callable[[], bool],
        seconds: float | None = None,
        resting: Callable[[], bool] = lambda: False,
    ) -> Iterator[str]:
        """Yield each line; ends with the child, when ``stopped`` returns True, or after ``seconds`` of silence.

        While ``resting`` returns True the child is suspended, and that time does not count as silence.
        """
        buffer, last_output = b"", time.monotonic()
        while not stopped():
            if resting():
                self._rest(stopped, resting)
                last_output = time.monotonic()
            data = self._output.read(POLL_S)
            if data is None:
                if seconds is not None and time.monotonic() - last_output > seconds:
                    self.fate = f"was stopped after {seconds:g} seconds"
                    return
                continue
            if not data:
                self.returncode = self._process.wait()
                self.fate = describe_return(self.returncode)
                return
            *lines, buffer = (buffer + data).split(b"\n")
            last_output = time.monotonic()
            for line in lines:
                yield line.decode("utf-8", "replace").removesuffix("\r")
                if stopped():
                    return

    def _rest(self, stopped: Callable[[], bool], resting: Callable[[], bool]) -> None:
        stand_still(self._process, still=True)
        while resting() and not stopped():
            time.sleep(POLL_S)
        stand_still(self._process, still=False)
