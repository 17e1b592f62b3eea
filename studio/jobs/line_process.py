"""A child that writes lines: heard until it ends, falls silent for too long, or is not wanted any more.

Knows no Qt, no database and no torch.
"""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from types import TracebackType
from typing import Self

from studio.jobs.process import child_environment, describe_return

LISTEN_S = 0.2
ERROR_BYTES = 4096


class LineProcess:
    """Use it in a ``with``: leaving kills the child. ``fate``: how it ended by itself, in words; empty until then."""

    def __init__(self, command: Sequence[str]) -> None:
        self.fate = ""
        self.returncode: int | None = None
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115  closed with the child
        self._process = subprocess.Popen(
            list(command), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self._errors,
            env=child_environment(), start_new_session=True,
        )  # fmt: skip

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._errors.close()

    @property
    def errors(self) -> str:
        """The end of what it wrote to stderr."""
        self._errors.seek(0)
        return self._errors.read()[-ERROR_BYTES:].decode("utf-8", "replace")

    def lines(
        self,
        stopped: Callable[[], bool],
        seconds: float | None = None,
        resting: Callable[[], bool] = lambda: False,
    ) -> Iterator[str]:
        """Each line as it comes; ends with the child, when ``stopped`` says so, or after ``seconds`` of silence.

        While ``resting`` says so the child stands still, and that time is no silence.
        """
        assert self._process.stdout is not None
        buffer, heard = b"", time.monotonic()
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.stdout, selectors.EVENT_READ)
            while not stopped():
                if resting():
                    self._rest(stopped, resting)
                    heard = time.monotonic()
                if not selector.select(LISTEN_S):
                    if seconds is not None and time.monotonic() - heard > seconds:
                        self.fate = f"was stopped after {seconds:g} seconds"
                        return
                    continue
                data = os.read(self._process.stdout.fileno(), 1 << 16)
                if not data:
                    self.returncode = self._process.wait()
                    self.fate = describe_return(self.returncode)
                    return
                *lines, buffer = (buffer + data).split(b"\n")
                heard = time.monotonic()
                yield from (line.decode("utf-8", "replace") for line in lines)

    def _rest(self, stopped: Callable[[], bool], resting: Callable[[], bool]) -> None:
        self._process.send_signal(signal.SIGSTOP)
        while resting() and not stopped():
            time.sleep(LISTEN_S)
        self._process.send_signal(signal.SIGCONT)
