"""What a figure was measured on."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from typing import Any


def machine(threads: int) -> dict[str, Any]:
    """Return processor, cores, threads used and versions."""
    import torch

    gpu = torch.cuda.get_device_name() if torch.cuda.is_available() else None
    libraries = {name: version(name) for name in ("torch", "transformers", "peft", "trl")}
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count(),
        "threads": threads,
        "gpu": gpu,
        "python": platform.python_version(),
        **libraries,
    }
