"""The peak memory of one DPO step, in a process of its own: ``python -m bench.dpo_child SIDE PAIRS shared|stock``.

Prints the megabytes by which the resident set grew at most during the step. Linux only.
"""

from __future__ import annotations

import ctypes
import gc
import sys
import tempfile
from pathlib import Path

from bench import demo_family
from bench.dpo import ours, same_weights


def main() -> None:
    """Make the model, compute one step to load everything, then measure another one."""
    side, pairs, rows = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    with tempfile.TemporaryDirectory() as folder:
        spec = demo_family.make(Path(folder) / "model", side, threads=1)
        data = demo_family.make_rows(Path(folder) / "images", side, pairs)
        variant = ours(Path(folder) / "run", spec, data, shared=rows == "shared")
        same_weights(variant.trainer.model)
        variant.step()
        gc.collect()
        ctypes.CDLL(None).malloc_trim(0)  # or the step would use again what the first one has left in the heap
        Path("/proc/self/clear_refs").write_text("5")  # forgets the peak so far
        before = _status("VmRSS")
        variant.step()
        print((_status("VmHWM") - before) / 1024)


def _status(name: str) -> int:
    """Return a value of this process's status, in kilobytes."""
    lines = Path("/proc/self/status").read_text("utf-8").splitlines()
    return int(next(line for line in lines if line.startswith(name)).split()[1])


if __name__ == "__main__":
    main()
