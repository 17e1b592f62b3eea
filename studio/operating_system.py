"""Differences between Linux, macOS and Windows for the window's process. No Qt.

The counterpart for the engine is ``engine.contract.operating_system``; both use the locks of ``engine.contract.locks``.
"""

from __future__ import annotations

import contextlib
import os
import platform
import signal
import subprocess
import sys
from pathlib import Path

LINUX = platform.system() == "Linux"
_LARGEST_EXIT_CODE = 255
if sys.platform == "win32":
    NEW_GROUP = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
    """``creationflags`` of a child that the terminal's Ctrl-C does not reach; with ``start_new_session=True``."""
else:
    NEW_GROUP = 0


def system_name() -> str:
    """Return name, release and processor type of the system; starts no process, unlike ``platform.platform``."""
    return f"{platform.system()} {platform.release()} {platform.machine()}"


def ask_to_stop(process: subprocess.Popen[bytes]) -> bool:
    """Ask a running child to stop by itself; False if the system has no such request (Windows)."""
    if sys.platform == "win32":
        return False  # a child that does not share this process's console receives no Ctrl-Break
    else:  # noqa: RET505  mypy treats the rest as unreachable on Windows
        process.send_signal(signal.SIGTERM)
        return True


def end_process(pid: int, *, by_force: bool) -> None:
    """Ask a process that is not a child of this one to stop, or kill it; does nothing if it has ended or is not ours.

    Windows can only kill.
    """
    import psutil

    with contextlib.suppress(psutil.Error):
        process = psutil.Process(pid)
        if by_force:
            process.kill()
        else:
            process.terminate()


def end_process_tree(process: subprocess.Popen[bytes]) -> None:
    """Kill a running child and all processes that it started.

    On POSIX, processes left behind by its own children are found through the child's process group.
    """
    import psutil

    tree: list[psutil.Process] = []
    with contextlib.suppress(psutil.Error):
        tree = psutil.Process(process.pid).children(recursive=True)
    if sys.platform != "win32":
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if os.getpgid(process.pid) == process.pid:
                os.killpg(process.pid, signal.SIGKILL)
    for one in tree:
        with contextlib.suppress(psutil.Error):
            one.kill()
    process.kill()


def stand_still(process: subprocess.Popen[bytes], *, still: bool) -> None:
    """Suspend a child, or resume it."""
    import psutil

    with contextlib.suppress(psutil.Error):
        one = psutil.Process(process.pid)
        if still:
            one.suspend()
        else:
            one.resume()


def has_argument(pid: int, path: Path) -> bool:
    """Return whether this process was started with the path as an argument; process ids are reused."""
    import psutil

    try:
        arguments = psutil.Process(pid).cmdline()
    except psutil.Error:
        return False
    return not {str(path), str(path.resolve())}.isdisjoint(arguments)


def has_open(pid: int, path: Path) -> bool:
    """Return whether this process has the file open; False if that cannot be seen."""
    import psutil

    try:
        files = psutil.Process(pid).open_files()
    except psutil.Error:
        return False
    return str(path.resolve()) in {file.path for file in files}


def describe_return(returncode: int) -> str:
    """Return a return code as text: "was killed by SIGSEGV", "ended with code 3", on Windows "... code 0xc0000005"."""
    if returncode > _LARGEST_EXIT_CODE:
        return f"ended with code {returncode:#x}"
    if returncode >= 0:
        return f"ended with code {returncode}"
    try:
        return f"was killed by {signal.Signals(-returncode).name}"
    except ValueError:
        return f"was killed by signal {-returncode}"
