"""Export and import commands: each calls one service, shows progress and prints the result. No Qt, no torch."""

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
    """Export or import pairs; returns 1 if rows of an import were rejected."""
    if (out is None) == (read is None):
        raise StudioError("Choose what to do with the pairs.", "Use --export FILE or --import FILE.")
    with opened(root) as project:
        if out is not None:
            written = exports.export_pairs(project, out, include_vetoed=include_vetoed, embed_images=not paths_only)
            print(f"Exported {written.pairs} pairs to {plain(out)}; skipped {written.vetoed} vetoed pairs.")
            for path in written.without_image:
                print(f"Skipped, image is missing: {plain(path)}", file=sys.stderr)
            return DONE
        assert read is not None
        result = import_pairs(project, read, veto_missing=veto_missing)
    _print_import(result)
    return FAILED if result.refused else DONE


def _print_import(result: PairsRead) -> None:
    counts = f"{result.changed} changed, {result.unchanged} unchanged, {len(result.refused)} rejected"
    print(f"{result.read} rows read: {counts}.")
    for refusal in result.refused[:REFUSALS_SHOWN]:
        print(f"  line {refusal.line}, {plain(refusal.value)}: {plain(refusal.reason)}")
    if (more := len(result.refused) - REFUSALS_SHOWN) > 0:
        print(f"  and {more} more")
    if result.missing:
        done = f"{result.vetoed} of them vetoed" if result.vetoed else "not changed (--veto-missing vetoes them)"
        if result.unknown:
            done = f"none vetoed, since {result.unknown} rejected rows may be theirs; correct those first"
        print(f"{result.missing} pairs of these iterations are not in the file: {done}.")


def export(
    root: Path,
    version: str | None,
    to: Path | None,
    *,
    merged: bool,
    licence: str | None,
    predictions: Path | None,
    metrics: Path | None,
    grades: Path | None = None,
    review_log: Path | None = None,
) -> int:
    """Run the requested exports."""
    if (version is None) != (to is None):
        raise StudioError("Exporting a version needs a version and a folder.", "Give both --version V and --to FOLDER.")
    if version is None and all(file is None for file in (predictions, metrics, grades, review_log)):
        raise StudioError(
            "Choose what to export.",
            "Use --version V --to FOLDER, --predictions FILE, --metrics FILE, --grades FILE or --review-log FILE.",
        )
    with opened(root) as project:
        if predictions is not None:
            count = exports.export_predictions(project, predictions)
            print(f"Exported {count} predictions to {plain(predictions)}.")
        if metrics is not None:
            print(f"Exported {exports.export_metrics(project, metrics)} metrics to {plain(metrics)}.")
        if grades is not None:
            print(f"Exported {exports.export_grades(project, grades)} grades to {plain(grades)}.")
        if review_log is not None:
            print(f"Exported {exports.export_review_log(project, review_log)} decisions to {plain(review_log)}.")
        if version is None or to is None:
            return DONE
        code = _export_version(project, version, to, merged=merged, licence=licence)
    if code == DONE:
        print(f"Exported {plain(version)} as {'a model' if merged else 'an adapter'} to {plain(to)}.")
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
    """Export into a temporary folder, show what will be uploaded, ask, push."""
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
            print("Nothing was uploaded.")
            return CANCELLED
        with _bar(f"Pushing to {repo}") as show:
            address = hub_upload.push(plan, message=f"{version} of {project.name}, by Score Studio", on_progress=show)
    print(f"Uploaded {plain(version)} to {plain(address)}")
    return DONE


def _show_plan(plan: hub_upload.PushPlan, licence: str | None) -> None:
    if plan.existing:
        print(f"To {plan.repo}, an existing repository whose visibility does not change:")
    else:
        print(f"To {plan.repo}, a new {'private' if plan.private else 'PUBLIC'} repository:")
    for name, size in plan.files:
        print(f"  {size / 1e6:10.3f} MB  {plain(name)}")
    print(f"  {size / 1e6:10.3f} MB  {plain(name)}")
    if licence is None:
        print("No licence was given, so the card will state that it is unknown (--license sets one).")


def _agreed() -> bool:
    try:
        return input("Push? [y/N] ").strip().lower() in ("y", "yes")
    except EOFError:
        return False


def archive(root: Path, file: Path, *, with_images: bool) -> int:
    """Write the archive, with progress."""
    with opened(root) as project, _bar("Archiving") as show:
        done = archiving.pack(project, file, with_images=with_images, on_progress=show)
    print(
        f"Archived {done.files} files, {done.images} of them images, {done.bytes / 1e6:.1f} MB, to {plain(done.file)}."
    )
    for path in done.left[:REFUSALS_SHOWN]:
        print(f"Skipped, missing or outside the images folder: {plain(path)}", file=sys.stderr)
    if (more := len(done.left) - REFUSALS_SHOWN) > 0:
        print(f"and {more} more skipped images", file=sys.stderr)
    print(f"To open it elsewhere: {shown_command('unarchive', file, 'DIR')}")
    return DONE


def unarchive(file: Path, root: Path, *, images: Path | None, model: str | None) -> int:
    """Create the project, with progress, and print what is missing on this machine."""
    with _bar("Unpacking") as show:
        made = archiving.unpack(file, root, images=images, model=model, on_progress=show)
    print(f"Project {plain(made.project)}: {made.files} files in {plain(made.root)}.")
    for note in made.notes:
        print(plain(note))
    print(f"To open it: {shown_command('open', made.root)}")
    return DONE


@contextmanager
def _bar(title: str) -> Iterator[archiving.OnProgress]:
    """Yield a progress callback: a bar on a terminal, no output in a log; it stops the work after Ctrl-C."""
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
