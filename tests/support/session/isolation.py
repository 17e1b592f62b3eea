"""A run of the tests, and each of its workers, has folders of its own in the place of the user's."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

USER_FOLDERS = {
    "XDG_CACHE_HOME": "cache",
    "XDG_CONFIG_HOME": "config",
    "XDG_DATA_HOME": "data",
    "XDG_STATE_HOME": "state",
    "HF_HOME": "hub-home",
}
"""Where settings, logs, converted models and the hub's cache go, by the variable that names the place."""
HUB_VARIABLES = ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_TOKEN", "HF_TOKEN_PATH", "HF_ENDPOINT")
"""What would lead the hub's client elsewhere."""


def in_worker() -> bool:
    """Whether this process is one of several that share a run."""
    return "PYTEST_XDIST_WORKER" in os.environ


def isolate() -> Path:
    """Point the environment at new folders, and at no screen and no keyring, before anything is imported that reads it.

    Returns:
        The folder that holds them all.

    A worker also computes with one thread: as many workers as cores would otherwise wait for each other's threads.
    """
    folder = Path(tempfile.mkdtemp(prefix="score-studio-tests-"))
    for name in HUB_VARIABLES:
        os.environ.pop(name, None)
    os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
    for name, place in USER_FOLDERS.items():
        (folder / place).mkdir()
        os.environ[name] = str(folder / place)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # a child process would compile the program anew: a quarter slower
    if in_worker():
        os.environ.update(OMP_NUM_THREADS="1", MKL_NUM_THREADS="1")
    return folder


def remove(folder: Path) -> None:
    """Remove the folders of ``isolate``."""
    shutil.rmtree(folder, ignore_errors=True)
