"""Engine commands that are not jobs, run as children: demo data, the demo model, device information.

They are children because this process never imports torch. No Qt, no database.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Callable
from functools import cache

from studio.jobs.process import child_environment, python_command
from studio.operating_system import NEW_GROUP, describe_return
from studio.services.base_models.memory_fit import Machine, this_processor
from studio.services.estimating.devices import has_gpu

ERROR_BYTES = 8192
STOP_SECONDS = 10.0


class ToolError(Exception):
    """A tool failed through no fault of the user; the text ends with its stderr."""


def run_tool(module: str, *arguments: str, on_line: Callable[[str], None]) -> None:
    """Run ``python -m module`` and pass on each line that it prints, unsanitised.

    An exception here, including Ctrl-C, ends the tool first.

    Raises:
        ToolError: it did not exit with code 0.
    """
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            python_command(module, *arguments), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors,
            text=True, encoding="utf-8", errors="replace", start_new_session=True, creationflags=NEW_GROUP,
            env={**child_environment(), "PYTHONUNBUFFERED": "1"},
        )  # fmt: skip
        assert process.stdout is not None
        try:
            with process.stdout:
                for line in process.stdout:
                    on_line(line.rstrip("\n"))
            returncode = process.wait()
        finally:
            _stop(process)
        if returncode:
            errors.seek(0)
            tail = errors.read()[-ERROR_BYTES:].decode("utf-8", "replace")
            raise ToolError(f"{module} {describe_return(returncode)}:\n{tail}")


@cache
def this_machine() -> Machine:
    """Return the first GPU that torch can use, else the processor. Any thread; takes seconds where there is a GPU."""
    if not has_gpu():
        return this_processor()
    lines: list[str] = []
    try:
        run_tool("engine.environment", on_line=lines.append)
        devices = json.loads(lines[-1])["devices"]
    except (ToolError, IndexError, KeyError, ValueError):
        return this_processor()
    if not devices:
        return this_processor()
    return Machine(str(devices[0]["name"]), True, float(devices[0]["memory"]))


def _stop(process: subprocess.Popen[str]) -> None:
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
