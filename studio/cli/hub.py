"""``download``, ``login`` and ``logout``: hub models and account, without a project. No Qt, no torch."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from engine.contract import hub_cache
from engine.contract.specs import DownloadSpec, ModelSpec
from studio.cli._output import DONE, FAILED, console, plain
from studio.cli._stopping import stopping
from studio.jobs.one_shot import ChildError, OnProgress, run_outside
from studio.services.base_models import hub_account
from studio.services.base_models.suitability import is_hub_model
from studio.services.errors import StudioError

QUARTER = 25


def run_download(model: str, revision: str | None) -> int:
    """Download a hub model, with progress; a stopped download keeps its files."""
    if not is_hub_model(model, Path.cwd()):
        raise StudioError(f"{model!r} is not a hub model id.", "Write it as organisation/model.")
    cancel = threading.Event()
    spec = DownloadSpec(ModelSpec(model, revision))
    screen = console(sys.stdout)
    bar = Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=28),
        MofNCompleteColumn(),
        TextColumn("MB"),
        TimeRemainingColumn(compact=True),
        console=screen,
        disable=not screen.is_terminal,
    )
    try:
        with bar, stopping(cancel):
            task = bar.add_task(plain(model), total=None)
            lines = _quarters()

            def show(done: int, total: int) -> None:
                bar.update(task, completed=done, total=total)
                if bar.disable:
                    lines(done, total)

            run_outside(spec, on_progress=show, cancel=cancel)
    except ChildError as error:
        print(f"Failed: {plain(error, multiline=True)}", file=sys.stderr)
        return FAILED
    folder = hub_cache.snapshot(model, revision)
    if folder is not None:
        screen.print(Text(plain(f"{model} is on this machine: commit {folder.name}, in {folder}")))
    return DONE


def _quarters() -> OnProgress:
    """Return a callback that prints a line at each quarter, for an output that is not a terminal."""
    printed = 0

    def show(done: int, total: int) -> None:
        nonlocal printed
        quarter = done * 100 // total // QUARTER if total else 0
        if quarter > printed:
            printed = quarter
            print(f"  {quarter * QUARTER}% ({done} of {total} MB)", flush=True)

    return show


def run_login() -> int:
    """Ask for a token without echo, and have huggingface_hub store it."""
    if sys.stdin.isatty():
        import getpass

        token = getpass.getpass("Hugging Face token (not shown): ")
    else:
        token = sys.stdin.readline()
    print(f"Signed in as {plain(hub_account.sign_in(token))}. huggingface_hub has stored the token for all projects.")
    return DONE


def run_logout() -> int:
    """Have huggingface_hub delete the token."""
    hub_account.sign_out()
    print("The token was deleted.")
    return DONE
