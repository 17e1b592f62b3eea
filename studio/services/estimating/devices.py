"""On which device stages will run, as far as this process can tell without torch."""

from __future__ import annotations

from pathlib import Path

from studio.services.settings.schema import Settings


def has_gpu() -> bool:
    """Return whether the system has an NVIDIA device."""
    return Path("/dev/nvidiactl").exists()


def expected_device(settings: Settings) -> str:
    """Return the device on which the settings let stages run."""
    if settings.model.device == "auto":
        return "cuda" if has_gpu() else "cpu"
    return settings.model.device
