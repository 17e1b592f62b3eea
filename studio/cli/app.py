"""The command ``score-studio``: the window's services without the window, and without torch or Qt.

Heavy imports happen inside the commands, so that ``--help`` and ``status`` answer at once. Exit codes: 0 done,
1 failed, 2 wrong input, 130 cancelled.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from studio.cli.export import add_commands

DONE, FAILED, WRONG_INPUT, CANCELLED = 0, 1, 2, 130  # as in cli_text, which is loaded only where something is printed

app = typer.Typer(
    name="score-studio",
    help="A vision language model teaches itself to score images, and to say why. Without a command: the window.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Project = Annotated[Path, typer.Argument(metavar="DIR", help="the project's folder", show_default=False)]
Iterations = Annotated[
    int | None, typer.Option(min=1, max=100, help="iterations in all; as the project's settings say if not given")
]
AsJson = Annotated[bool, typer.Option("--json", help="print JSON")]


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"score-studio {version('score-studio')}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def window(
    context: typer.Context,
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="print the version and leave")
    ] = False,
) -> None:
    """Return a vision language model teaches itself to score images, and to say why. Without a command: the window."""
    if context.invoked_subcommand is None:
        from studio.cli.window import open_window

        raise typer.Exit(open_window(None))


@app.command("open")
def open_project(root: Project) -> None:
    """Open the window on a project."""
    from studio.cli.window import open_window
    from studio.services.projects import create_and_open

    create_and_open.open_project(root).close()
    raise typer.Exit(open_window(root))


@app.command()
def demo(
    headless: Annotated[bool, typer.Option("--headless", help="progress bars instead of the window")] = False,
    folder: Annotated[Path, typer.Option("--dir", help="project folder, made if it is not there")] = Path(
        "demo-project"
    ),
    iterations: Iterations = None,
    seed: Annotated[int | None, typer.Option(min=0, help="of data and training; 0 for a new folder")] = None,
) -> None:
    """Run the whole loop on the embedded model and drawn photographs; resumes what is not finished."""
    from studio.cli.demo import run_demo

    raise typer.Exit(run_demo(folder, headless=headless, iterations=iterations, seed=seed))


@app.command()
def new(
    root: Project,
    model: Annotated[str, typer.Option(help="folder or hub id of a vision language model; demo is the embedded one")],
    images: Annotated[
        str | None, typer.Option(help="folder of the images, or a data set of the hub: hf:owner/name[@revision]")
    ] = None,
    scores: Annotated[
        str | None,
        typer.Option(help="table of scores, or a dataset's label file or folder; else looked for in --images"),
    ] = None,
    config: Annotated[Path | None, typer.Option(help="settings as in studio.toml; the rest keeps its defaults")] = None,
    preset: Annotated[str | None, typer.Option(help="settings that come with the program, by name")] = None,
    importer: Annotated[str | None, typer.Option(help="format of the scores, such as ava; chosen if not given")] = None,
    columns: Annotated[
        str | None,
        typer.Option(help="names of the table's columns: image=NAME,score=NAME; split, group, sd, votes too"),
    ] = None,
    allow_root: Annotated[
        Path | None, typer.Option(help="folder beside the images folder that paths of the table may lead into")
    ] = None,
    refusals: Annotated[
        Path | None, typer.Option(help="write the rows that are left out, with reasons, to this CSV file")
    ] = None,
) -> None:
    """Make a project from images and their scores."""
    from studio.cli.new import NewProject, run_new

    run_new(NewProject(root, images, scores, model, config, preset, importer, columns, allow_root, refusals))


@app.command()
def download(
    model: Annotated[str, typer.Argument(metavar="MODEL", help="hub id, such as organisation/model")],
    revision: Annotated[str | None, typer.Option(help="branch, tag or commit; the main branch if not given")] = None,
) -> None:
    """Fetch a base model from the hub; a download that was stopped goes on where it was."""
    from studio.cli.hub import run_download

    raise typer.Exit(run_download(model, revision))


@app.command()
def login() -> None:
    """Sign in to the hub, for gated models: asks for a token, or reads it from standard input."""
    from studio.cli.hub import run_login

    raise typer.Exit(run_login())


@app.command()
def logout() -> None:
    """Forget the hub's token."""
    from studio.cli.hub import run_logout

    raise typer.Exit(run_logout())


@app.command()
def run(
    root: Project,
    iterations: Iterations = None,
    review: Annotated[
        bool | None, typer.Option("--review/--no-review", help="stop after pair generation until pairs are reviewed")
    ] = None,
    recipe: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="run a line beside the main one by this recipe: without-vetoes or retrained"),
    ] = None,
    iteration: Annotated[
        int | None, typer.Option(min=1, max=100, help="with --recipe: the iteration to repeat; the last trained one")
    ] = None,
    start: Annotated[
        str | None,
        typer.Option("--from", metavar="VERSION", help="with --recipe: start from this version, of any line"),
    ] = None,
    line: Annotated[str | None, typer.Option(metavar="NAME", help="resume this line beside the main one")] = None,
) -> None:
    """Run, or resume, whatever is not finished."""
    if recipe is not None or line is not None:
        from studio.cli.lines import run_line

        raise typer.Exit(run_line(root, recipe, iteration, start, line))
    from studio.cli.run import run_project

    raise typer.Exit(run_project(root, iterations, review))


@app.command()
def lines(root: Project, as_json: AsJson = False) -> None:
    """List the lines of versions beside the main one, each with its verdict against the main line."""
    from studio.cli.lines import print_lines

    print_lines(root, as_json=as_json)


@app.command()
def discard(
    root: Project,
    name: Annotated[str, typer.Argument(metavar="NAME", help="a line, or an iteration such as iter2")],
    yes: Annotated[bool, typer.Option("--yes", help="do not ask; it cannot be undone on the command line")] = False,
) -> None:
    """Delete a line, or the latest iteration, with its versions, jobs and files."""
    from studio.cli.lines import run_discard

    raise typer.Exit(run_discard(root, name, yes=yes))


@app.command()
def status(root: Project, as_json: AsJson = False) -> None:
    """Versions with their metrics, pairs and jobs."""
    from studio.cli import status as status_commands

    status_commands.status(root, as_json=as_json)


@app.command()
def check(
    root: Project,
    images: Annotated[
        bool, typer.Option("--images", help="open each image once: which cannot be used, which are the same file")
    ] = False,
) -> None:
    """Check that rows and files agree."""
    from studio.cli import status as status_commands

    raise typer.Exit(status_commands.check(root, with_images=images))


@app.command()
def doctor() -> None:
    """Versions, devices, memory, libraries."""
    from studio.cli.doctor import run_doctor

    raise typer.Exit(run_doctor())


@app.command("build-demo-model")
def build_demo_model(
    out: Annotated[Path | None, typer.Option(help="folder to write; the program's own resources if not given")] = None,
    seed: Annotated[int, typer.Option(min=0)] = 0,
) -> None:
    """Train the embedded model from scratch: a quarter of an hour on a CPU."""
    from studio.cli import status as status_commands

    status_commands.build_demo_model(out, seed)


add_commands(app)


def run_command(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code; a user's mistake is told on stderr, without a traceback."""
    from studio.services.errors import OperationCancelled, StudioError

    try:
        app(args=list(arguments), prog_name="score-studio")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else FAILED
    except StudioError as error:
        from studio.cli._output import error_lines

        print(error_lines(error), file=sys.stderr)
        return WRONG_INPUT
    except OperationCancelled:
        print("Stopped.", file=sys.stderr)
        return CANCELLED
    except Exception as error:  # noqa: BLE001  The last line of defence: a defect is told in one line, the rest goes to a file.
        from studio.cli._output import report_defect

        print(report_defect(error), file=sys.stderr)
        return FAILED
    return DONE


def main() -> None:
    """Return the entry point."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    sys.exit(run_command(sys.argv[1:]))
