"""Report the torch stack and devices of this machine as one JSON object: ``python -m engine.environment``.

Runs in a child process. It must work, and report the reason, even if torch cannot be imported.
"""

from __future__ import annotations

import json
from typing import Any


def environment() -> dict[str, Any]:
    """Return versions, threads and devices; ``error`` is empty unless torch cannot be loaded."""
    try:
        import torch
    except (ImportError, OSError) as error:
        return {"error": f"{type(error).__name__}: {error}", "devices": []}
    return {
        "error": "",
        "torch": torch.__version__,
        "cuda": torch.version.cuda,
        "threads": torch.get_num_threads(),
        "devices": [_device(torch, index) for index in range(torch.cuda.device_count())],
    }


def _device(torch: Any, index: int) -> dict[str, Any]:
    found = torch.cuda.get_device_properties(index)
    free, total = torch.cuda.mem_get_info(index)
    return {
        "name": found.name,
        "memory": total,
        "free": free,
        "bfloat16": torch.cuda.is_bf16_supported(),
    }


if __name__ == "__main__":
    print(json.dumps(environment()))
