"""Takes away a child's memory once its model is loaded: Python imports this module by itself at its start.

The limit is the system's own (RLIMIT_AS): what the process has by then and MORE bytes on top. The moment is when the
training notes, or reads, the lengths of its data.
"""

from __future__ import annotations

import re
import resource
import sys
from pathlib import Path
from typing import Any

MORE = 450 * 2**20
_MOMENT = ("lengths.json", "lengths.json.part")


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "open" and str(arguments[0]).endswith(_MOMENT) and resource.getrlimit(resource.RLIMIT_AS)[0] < 0:
        if str(arguments[0]).endswith("lengths.json") and not Path(str(arguments[0])).exists():
            return
        taken = re.search(r"VmSize:\s+(\d+) kB", Path("/proc/self/status").read_text("ascii"))
        assert taken is not None
        limit = int(taken[1]) * 1024 + MORE
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


sys.addaudithook(_watch)
