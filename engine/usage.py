"""Measure a stage's use of the machine: its speed and its memory."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import torch

from engine.contract.context import RunContext
from engine.contract.events import Memory, Throughput

REPORT_SECONDS = 2.0
"""Minimum interval between two reports of the speed."""
MEMORY_SECONDS = 5.0
_CONTROL_GROUP = Path("/sys/fs/cgroup")


def memory_of(device: torch.device) -> Memory:
    """Return the memory of this process and of its model's device."""
    rss = psutil.Process().memory_info().rss
    if device.type != "cuda":
        return Memory(rss)
    free, total = torch.cuda.mem_get_info(device)
    return Memory(
        rss, torch.cuda.max_memory_allocated(device), torch.cuda.max_memory_reserved(device), free=free, total=total
    )


def available_bytes(device: torch.device) -> int:
    """Return the memory that this process can use on the device, including what it already uses.

    On a CPU this is what the system, or the limit of the process's control group, leaves available.
    """
    if device.type == "cuda":
        return int(torch.cuda.mem_get_info(device)[0]) + int(torch.cuda.memory_reserved(device))
    left = int(psutil.virtual_memory().available)
    try:
        limit, used = (int((_CONTROL_GROUP / name).read_text()) for name in ("memory.max", "memory.current"))
        left = min(left, limit - used)
    except (OSError, ValueError):  # no control group, or one without a limit ("max")
        pass
    return left + int(psutil.Process().memory_info().rss)


@dataclass(slots=True)
class Meter:
    """Counts work and reports it periodically.

    With several processes the first one reports for all, since they have equal shares.

    Args:
        ctx: the run.
        unit: the name of an item.
        device: the model's device.
    """

    ctx: RunContext
    unit: str
    device: torch.device
    _items: int = field(default=0, init=False)
    _tokens: int = field(default=0, init=False)
    _seconds: float = field(default=0.0, init=False)
    _memory_at: float = field(default=float("-inf"), init=False)

    def add(self, items: int, tokens: int, seconds: float) -> None:
        """Count work of this process."""
        self._items += items
        self._tokens += tokens
        self._seconds += seconds
        if self._seconds >= REPORT_SECONDS:
            self.report()

    def report(self) -> None:
        """Send the work since the last report; does nothing if there is none."""
        if self._seconds > 0 and self._items:
            size = self.ctx.world_size
            self.ctx.emit(Throughput(self._items * size, self.unit, self._tokens * size, round(self._seconds, 4)))
        self._items, self._tokens, self._seconds = 0, 0, 0.0

    def report_memory(self) -> None:
        """Send the current memory, unless it was reported a moment ago."""
        now = time.monotonic()
        if now - self._memory_at >= MEMORY_SECONDS:
            self._memory_at = now
            self.ctx.emit(memory_of(self.device))
