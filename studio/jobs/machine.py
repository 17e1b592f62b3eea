"""The device that jobs would use on this machine. A child asks for GPUs, since this process imports no torch."""

from __future__ import annotations

import json
from functools import cache

from studio.jobs.engine_commands import ToolError, run_tool
from studio.services.base_models.memory_fit import Machine, this_processor
from studio.services.estimates import has_gpu


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
