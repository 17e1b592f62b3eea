"""What goes out of a project, on the command line: calls one service each, shows progress, prints. No Qt, no torch."""

from __future__ import annotations

import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from studio.cli._output import CANCELLED, DONE, FAILED, console, plain, shown_command
from studio.cli._stopping import stopping
from studio.cli.status import opened
from studio.jobs.one_shot import ChildError
from studio.jobs.version_export import export_version
from studio.services import archiving, exports
from studio.services.errors import OperationCancelled, StudioError
from studio.services.exports import hub_upload
from studio.services.exports.pair_import import PairsRead, import_pairs
from studio.services.projects.project import Project

REFUSALS_SHOWN = 20


def pairs(
    root: Path, out: Path | None, read: Path | None, *, paths_only: bool, include_vetoed: bool, veto_missing: bool
) -> int:
    """Export or import pairs; 1 if rows of an import were refused."""
    if (out is None) == (read is None):
        raise StudioError("Say what to do with the pairs.", "Give --export FILE or --import FILE.")
    with opened(root) as project:
        if out is not None:
            written = exports.export_pairs(project, out, include_vetoed=include_vetoed, embed_images=not paths_only)
            print(f"{written.pairs} pairs written to {plain(out)}; {written.vetoed} vetoed ones left out.")
            for path in written.without_image:
                print(f"Left out, its image is gone: {plain(path)}", file=sys.stderr)
            return DONE
        assert read is not None
        told = import_pairs(project, read, veto_missing=veto_missing)
    _tell_pairs(told)
    return FAILED if told.refused else DONE


def _tell_pairs(told: PairsRead) -> None:
    print(f"{told.read} rows read: {told.changed} changed, {told.unchanged} unchanged, {len(told.refused)} refused.")
    for refusal in told.refused[:REFUSALS_SHOWN]:
        print(f"  line {refusal.line}, {plain(refusal.value)}: {plain(refusal.reason)}")
    if (more := len(told.refused) - REFUSALS_SHOWN) > 0:
        print(f"  and {more} more")
    if told.missing:
        done = f"{told.vetoed} of them vetoed" if told.vetoed else "left as they are (--veto-missing vetoes them)"
        if told.unknown:
            done = f"none is vetoed, for {told.unknown} refused rows may be theirs; mend those first"
        print(f"{told.missing} pairs of these iterations are not in the file: {done}.")


def export(
    root: Path,
    version: str | None,
    to: Path | None,
    *,
    merged: bool,
    licence: str | None,
    predictions: Path | None,
    metrics: Path | None,
) -> int:
    """Export what was named."""
    if (version is None) != (to is None):
        raise StudioError("A version goes into a folder.", "Give both --version V and --to FOLDER.")
    if version is None and predictions is None and metrics is None:
        raise StudioError("Say what to export.", "Give --version V --to FOLDER, --predictions FILE or --metrics FILE.")
    with opened(root) as project:
        if predictions is not None:
            count = exports.export_predictions(project, predictions)
            print(f"{count} predictions written to {plain(predictions)}.")
        if metrics is not None:
            print(f"{exports.export_metrics(project, metrics)} metrics written to {plain(metrics)}.")
        if version is None or to is None:
            return DONE
        code = _export_version(project, version, to, merged=merged, licence=licence)
    if code == DONE:
        print(f"{'Model' if merged else 'Adapter'} of {plain(version)} written to {plain(to)}.")
        print(f"Score images with it: {shown_command('predict', 'IMAGES', '--model', to)}")
    return code


def _export_version(
    project: Project, version: str, folder: Path, *, merged: bool, licence: str | None, place: str = "."
) -> int:
    with _bar(f"Exporting {version}") as show:
        try:
            export_version(project, version, folder, whole=merged, licence=licence, place=place, on_progress=show)
        except ChildError as error:
            print(f"Failed: {plain(error, multiline=True)}", file=sys.stderr)
            return FAILED
    return DONE


def push(
    root: Path,
    version: str,
    repo: str,
    *,
    public: bool,
    existing: bool,
    merged: bool,
    licence: str | None,
    yes: bool,
) -> int:
    """Export into a folder that is thrown away, show what would go, ask, push."""
    hub_upload.check_repo(repo)
    hub_upload.check_token()
    with opened(root) as project, tempfile.TemporaryDirectory(prefix="score-studio-") as scratch:
        folder = Path(scratch) / "model"
        code = _export_version(project, version, folder, merged=merged, licence=licence, place=repo)
        if code != DONE:
            return code
        plan = hub_upload.plan_push(folder, repo, public=public, existing=existing)
        _show_plan(plan, licence)
        if not yes and not _agreed():
            print("Nothing was sent.")
            return CANCELLED
        with _bar(f"Pushing to {repo}") as show:
            address = hub_upload.push(plan, message=f"{version} of {project.name}, by Score Studio", on_progress=show)
    print(f"{plain(version)} is at {plain(address)}")
    return DONE


def _show_plan(plan: hub_upload.PushPlan, licence: str | None) -> None:
    if plan.existing:
        print(f"To {plan.repo}, which is there already and stays as visible as it is:")
    else:
        print(f"To {plan.repo}, a new {'private' if plan.private else 'PUBLIC'} repository:")
    for name, size in plan.files:
        print(f"  {size / 1e6:10.3f} MB  {plain(name)}")
    print(f"  {plan.bytes / 1e6:10.3f} MB  in {len(plan.files)} files")
    if licence is None:
        print("No licence is named: the card will say that it is unknown (--license names one).")


def _agreed() -> bool:
    try:
        return input("Push? [y/N] ").strip().lower() in ("y", "yes")
    except EOFError:
        return False


def archive(root: Path, file: Path, *, with_images: bool) -> int:
    """Write the archive, with progress."""
    with opened(root) as project, _bar("Archiving") as show:
        done = archiving.pack(project, file, with_images=with_images, on_progress=show)
    print(f"{done.files} files, {done.images} of them images, {done.bytes / 1e6:.1f} MB, in {plain(done.file)}.")
    for path in done.left[:REFUSALS_SHOWN]:
        print(f"Left out, missing or outside the images folder: {plain(path)}", file=sys.stderr)
    if (more := len(done.left) - REFUSALS_SHOWN) > 0:
        print(f"and {more} more images left out", file=sys.stderr)
    print(f"Open it elsewhere: {shown_command('unarchive', file, 'DIR')}")
    return DONE


def unarchive(file: Path, root: Path, *, images: Path | None, model: str | None) -> int:
    """Make the project, with progress, and say what this machine lacks for it."""
    with _bar("Unpacking") as show:
        made = archiving.unpack(file, root, images=images, model=model, on_progress=show)
    print(f"Project {plain(made.project)}: {made.files} files in {plain(made.root)}.")
    for note in made.notes:
        print(plain(note))
    print(f"Open it: {shown_command('open', made.root)}")
    return DONE


@contextmanager
def _bar(title: str) -> Iterator[archiving.OnProgress]:
    """Yield a bar on a terminal, nothing in a log; hands out what to tell it, which stops the work after Ctrl-C."""
    screen = console(sys.stderr)
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f}%"))
    cancel = threading.Event()
    bar = Progress(*columns, TimeRemainingColumn(), console=screen, disable=not screen.is_terminal)
    with stopping(cancel), bar as progress:
        task: TaskID = progress.add_task(plain(title), total=None)

        def show(done: int, total: int) -> None:
            if cancel.is_set():
                raise OperationCancelled
            progress.update(task, completed=done, total=total)

        yield show
