"""The command ``score-studio``: the window's functions without the window, torch and Qt.

Slow imports are inside the commands, so that ``--help`` and ``status`` respond quickly. Exit codes: 0 done,
1 failed, 2 wrong input, 130 cancelled.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from studio.cli.chatting.command import add_chat
from studio.cli.export import add_commands
from studio.cli.instructing.command import add_instructing
from studio.cli.serve import add_serve
from studio.services.judging.keys import take_from_environment

DONE, FAILED, WRONG_INPUT, CANCELLED = 0, 1, 2, 130  # as in _output, which is imported only where needed

app = typer.Typer(
    name="score-studio",
    help="A vision language model teaches itself to score images and to explain why. Without a command: the window.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Project = Annotated[Path, typer.Argument(metavar="DIR", help="the project's folder", show_default=False)]
Iterations = Annotated[
    int | None, typer.Option(min=1, max=100, help="total number of iterations; default: the project's settings")
]
AsJson = Annotated[bool, typer.Option("--json", help="print JSON")]


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"score-studio {version('score-studio')}")
        raise typer.Exit


def _words(text: str | None) -> list[str]:
    """Return the words of a list such as ``a,b``."""
    return [word.strip() for word in (text or "").split(",") if word.strip()]


@app.callback(invoke_without_command=True)
def window(
    context: typer.Context,
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="print the version and exit")
    ] = False,
) -> None:
    """A vision language model teaches itself to score images and to explain why. Without a command: the window."""
    if context.invoked_subcommand is None:
        from studio.cli.window import open_window

        raise typer.Exit(open_window(None))


@app.command("open")
def open_project(root: Project) -> None:
    """Open a project in the window."""
    from studio.cli.window import open_window
    from studio.services.projects import create_and_open

    create_and_open.open_project(root).close()
    raise typer.Exit(open_window(root))


@app.command()
def demo(
    headless: Annotated[bool, typer.Option("--headless", help="progress bars instead of the window")] = False,
    folder: Annotated[Path, typer.Option("--dir", help="project folder, created if missing")] = Path("demo-project"),
    iterations: Iterations = None,
    seed: Annotated[int | None, typer.Option(min=0, help="seed of data and training; 0 for a new folder")] = None,
    finished: Annotated[bool, typer.Option("--finished", help="open a finished demo instead of running one")] = False,
) -> None:
    """Run the whole loop on the built-in demo model and generated photographs; resumes unfinished work."""
    from studio.cli.demo import open_finished, run_demo

    if finished:
        raise typer.Exit(open_finished())
    raise typer.Exit(run_demo(folder, headless=headless, iterations=iterations, seed=seed))


@app.command()
def new(
    root: Project,
    model: Annotated[str, typer.Option(help="folder or hub id of a vision language model; demo: built-in demo model")],
    images: Annotated[
        str | None, typer.Option(help="folder of images, or a hub data set: hf:owner/name[@revision]")
    ] = None,
    scores: Annotated[
        str | None,
        typer.Option(help="table of scores, or a dataset's label file or folder; default: found in --images"),
    ] = None,
    config: Annotated[Path | None, typer.Option(help="settings as in studio.toml; others keep their defaults")] = None,
    preset: Annotated[str | None, typer.Option(help="name of settings that come with the program")] = None,
    importer: Annotated[str | None, typer.Option(help="format of the scores, such as ava; default: detected")] = None,
    columns: Annotated[
        str | None,
        typer.Option(
            help="column names of the table: image=NAME,score=NAME; also split, group, sd, votes; "
            "default: recognised by their names"
        ),
    ] = None,
    lower_is_better: Annotated[
        bool | None,
        typer.Option(
            "--lower-is-better/--higher-is-better",
            help="which scores are better; default: recognised by the names of column and file, such as dmos",
            show_default=False,
        ),
    ] = None,
    ratings: Annotated[Path | None, typer.Option(help="table of single ratings: image, rater, score")] = None,
    lists: Annotated[Path | None, typer.Option(help="folder with AVA's lists of ids by split")] = None,
    allow_root: Annotated[
        Path | None, typer.Option(help="additional folder in which the table's images may be")
    ] = None,
    refusals: Annotated[Path | None, typer.Option(help="write the skipped rows with reasons to this CSV file")] = None,
) -> None:
    """Create a project from images and their scores."""
    from studio.cli.new import NewProject, run_new

    run_new(
        NewProject(
            root, images, scores, model, config, preset, importer, columns, allow_root, refusals, lower_is_better,
            ratings, lists,
        )
    )  # fmt: skip


@app.command()
def download(
    model: Annotated[str, typer.Argument(metavar="MODEL", help="hub id, such as organisation/model")],
    revision: Annotated[str | None, typer.Option(help="branch, tag or commit; default: the main branch")] = None,
) -> None:
    """Download a base model from the hub; resumes a stopped download."""
    from studio.cli.hub import run_download

    raise typer.Exit(run_download(model, revision))


@app.command()
def login() -> None:
    """Sign in to the hub, for gated models: asks for a token, or reads it from standard input."""
    from studio.cli.hub import run_login

    raise typer.Exit(run_login())


@app.command()
def logout() -> None:
    """Sign out from the hub: delete the stored token."""
    from studio.cli.hub import run_logout

    raise typer.Exit(run_logout())


@app.command()
def run(
    root: Project,
    iterations: Iterations = None,
    review: Annotated[
        bool | None, typer.Option("--review/--no-review", help="pause to review pairs before training")
    ] = None,
    recipe: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="start a line beside the main line: without-vetoes, retrained or continued"),
    ] = None,
    iteration: Annotated[
        int | None,
        typer.Option(min=1, max=100, help="with --recipe: iteration to repeat; default: the last trained one"),
    ] = None,
    start: Annotated[
        str | None,
        typer.Option("--from", metavar="VERSION", help="with --recipe: start from this version, of any line"),
    ] = None,
    line: Annotated[str | None, typer.Option(metavar="NAME", help="resume this line beside the main line")] = None,
) -> None:
    """Run all unfinished stages, resuming interrupted ones."""
    if recipe is not None or line is not None:
        from studio.cli.lines import run_line

        raise typer.Exit(run_line(root, recipe, iteration, start, line))
    from studio.cli.run import run_project

    raise typer.Exit(run_project(root, iterations, review))


@app.command()
def ablate(
    root: Project,
    recipes: Annotated[
        str | None,
        typer.Option(
            metavar="NAME,...",
            help="sft-score, sft-score-text, dpo-once, radius-1, radius-2, radius-3, start-previous, start-fresh; "
            "default: the first three, as in the paper's Table 3",
        ),
    ] = None,
    iteration: Annotated[
        int | None, typer.Option(min=1, max=100, help="for radius and start: iteration to repeat; default: the first")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Train ablations and variations beside the main line, and show them with intervals; finished ones are kept."""
    from studio.cli.experiments import run_ablate

    raise typer.Exit(run_ablate(root, _words(recipes), iteration, as_json=as_json))


@app.command()
def sweep(
    root: Project,
    iteration: Annotated[int, typer.Option(min=2, max=100, help="iteration whose two adapters are merged")] = 2,
    methods: Annotated[
        str | None, typer.Option(metavar="NAME,...", help="merge methods such as ties,dare_ties; default: all")
    ] = None,
    densities: Annotated[str | None, typer.Option(metavar="D,...", help="default: 0.3,0.5,0.7")] = None,
    weights: Annotated[
        str | None, typer.Option(metavar="S:C,...", help="weights of both adapters, such as 1:1,1:0.5")
    ] = None,
    apply: Annotated[bool, typer.Option("--apply", help="use the best by validation for the next merges")] = False,
    as_json: AsJson = False,
) -> None:
    """Merge an iteration's finished adapters in several ways without training, and measure each."""
    from studio.cli.experiments import numbers, run_sweep, weight_pairs

    given = numbers(densities, "--densities"), weight_pairs(weights)
    raise typer.Exit(run_sweep(root, iteration, _words(methods), *given, apply=apply, as_json=as_json))


@app.command()
def tune(
    root: Project,
    learning_rates: Annotated[
        str | None, typer.Option("--lr", metavar="V,...", help="default: the paper's 1e-5,3e-5,5e-5,1e-4,3e-4")
    ] = None,
    betas: Annotated[str | None, typer.Option("--beta", metavar="V,...", help="default: 0.05,0.1,0.2")] = None,
    ranks: Annotated[str | None, typer.Option("--rank", metavar="V,...", help="default: 16,64,256")] = None,
    trials: Annotated[
        int | None, typer.Option(min=1, max=1000, help="combinations to try; default: 12, or all of fewer")
    ] = None,
    apply: Annotated[bool, typer.Option("--apply", help="write the best values into the settings")] = False,
    as_json: AsJson = False,
) -> None:
    """Search learning rate, beta and rank for iteration 1 on validation; resumes. --apply alone only applies."""
    from studio.cli.experiments import run_tune, search_space

    given = any(value is not None for value in (learning_rates, betas, ranks, trials))
    space = search_space(learning_rates, betas, ranks) if given or not apply else None
    raise typer.Exit(run_tune(root, space, trials or 12, apply=apply, as_json=as_json))


@app.command()
def judge(
    root: Project,
    versions: Annotated[
        str | None, typer.Option(metavar="V,...", help="versions to judge; default: all that have explanations")
    ] = None,
    base_url: Annotated[str | None, typer.Option("--base-url", help="server with OpenAI's chat API")] = None,
    model: Annotated[str | None, typer.Option(help="the judge's name on that server")] = None,
    sample: Annotated[int | None, typer.Option(min=0, help="explanations of each version; 0: all")] = None,
    max_cost: Annotated[
        float | None, typer.Option("--max-cost", min=0, metavar="USD", help="cost limit for each version")
    ] = None,
    batch: Annotated[
        bool | None, typer.Option("--batch/--no-batch", help="OpenAI's Batch API: half the price, within a day")
    ] = None,
    read: Annotated[
        bool, typer.Option("--read", help="the judge also reads a score from each explanation alone")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Let a language model grade the explanations. Its key: SCORE_STUDIO_JUDGE_KEY, or the system's keyring."""
    from studio.cli.evaluation.judge import run_judge

    given = {"base_url": base_url, "model": model, "sample": sample, "max_cost": max_cost, "batch": batch}
    changes = {name: value for name, value in given.items() if value is not None}
    raise typer.Exit(run_judge(root, _words(versions), changes, read=read, as_json=as_json))


@app.command()
def reread(
    root: Project,
    versions: Annotated[
        str | None, typer.Option(metavar="V,...", help="versions to read; default: all with explanations")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Let versions read scores from their own explanations: does the text carry the score?"""
    from studio.cli.evaluation.reread import run_reread

    raise typer.Exit(run_reread(root, _words(versions or ""), as_json=as_json))


@app.command()
def measure(
    root: Project,
    versions: Annotated[
        str | None, typer.Option(metavar="V,...", help="versions to measure; default: all with predictions")
    ] = None,
) -> None:
    """Compute the metrics of finished versions again, with the grades that there are now."""
    from studio.cli.evaluation.measure import run_measure

    raise typer.Exit(run_measure(root, [name for name in (versions or "").split(",") if name]))


@app.command()
def probe(
    root: Project,
    versions: Annotated[
        str | None, typer.Option(metavar="V,...", help="versions to probe beside base; default: the newest main one")
    ] = None,
    sample: Annotated[int | None, typer.Option(min=2, help="test images to degrade")] = None,
    degradations: Annotated[str | None, typer.Option(metavar="NAME,...", help="such as blur,noise,tilt")] = None,
    strengths: Annotated[str | None, typer.Option(metavar="NUMBER,...", help="from 0 to 1, such as 0.5,1")] = None,
    as_json: AsJson = False,
) -> None:
    """Degrade test images: how the scores move, and how often the explanations name what was changed."""
    from studio.cli.evaluation.probe import run_probe

    changes: dict[str, object] = {} if sample is None else {"sample": sample}
    if degradations is not None:
        changes["degradations"] = _words(degradations)
    if strengths is not None:
        changes["strengths"] = [float(word) if _is_number(word) else word for word in _words(strengths)]
    raise typer.Exit(run_probe(root, _words(versions or ""), changes, as_json=as_json))


@app.command()
def report(
    root: Project,
    out: Annotated[Path, typer.Option(metavar="FILE", help="the file to write: .html or .pdf")],
    tables: Annotated[Path | None, typer.Option(metavar="DIR", help="also write every table as CSV there")] = None,
    examples: Annotated[int, typer.Option(min=0, max=50, help="images in each list of examples")] = 6,
) -> None:
    """Write a report: verdict, tables and charts with intervals, examples, settings, failures, cost, and a manifest."""
    from studio.cli.evaluation.report import run_report

    raise typer.Exit(run_report(root, out, tables, examples))


@app.command()
def reproduce(
    file: Annotated[Path, typer.Argument(metavar="REPORT", help="an HTML report", show_default=False)],
    project: Annotated[
        Path | None, typer.Option("--project", metavar="DIR", help="copy of its project; default: where the report is")
    ] = None,
    versions: Annotated[
        str | None, typer.Option(metavar="V,...", help="versions to predict again; default: all of the report")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Predict and measure again what a report says, and tell whether the numbers agree; changes nothing."""
    from studio.cli.evaluation.reproduce import run_reproduce

    raise typer.Exit(run_reproduce(file, project, _words(versions or ""), as_json=as_json))


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).isdecimal()


@app.command()
def lines(root: Project, as_json: AsJson = False) -> None:
    """Show the lines beside the main line, each with its verdict against the main line."""
    from studio.cli.lines import print_lines

    print_lines(root, as_json=as_json)


@app.command()
def discard(
    root: Project,
    name: Annotated[str, typer.Argument(metavar="NAME", help="a line, or an iteration such as iter2")],
    yes: Annotated[bool, typer.Option("--yes", help="do not ask; cannot be undone on the command line")] = False,
) -> None:
    """Delete a line, or the latest iteration, with its versions, jobs and files."""
    from studio.cli.lines import run_discard

    raise typer.Exit(run_discard(root, name, yes=yes))


@app.command()
def status(root: Project, as_json: AsJson = False) -> None:
    """Show versions with their metrics, pairs and jobs."""
    from studio.cli import status as status_commands

    status_commands.status(root, as_json=as_json)


@app.command()
def check(
    root: Project,
    images: Annotated[
        bool, typer.Option("--images", help="open each image once to find unreadable and duplicate files")
    ] = False,
) -> None:
    """Check that database and files are consistent."""
    from studio.cli import status as status_commands

    raise typer.Exit(status_commands.check(root, with_images=images))


@app.command()
def doctor() -> None:
    """Check versions, devices, memory and libraries."""
    from studio.cli.doctor import run_doctor

    raise typer.Exit(run_doctor())


@app.command("build-demo-model")
def build_demo_model(
    out: Annotated[Path | None, typer.Option(help="folder to write; default: the program's own resources")] = None,
    seed: Annotated[int, typer.Option(min=0)] = 0,
) -> None:
    """Train the built-in demo model from scratch: a quarter of an hour on a CPU."""
    from studio.cli import status as status_commands

    status_commands.build_demo_model(out, seed)


@app.command("build-finished-demo")
def build_finished_demo(
    out: Annotated[Path | None, typer.Option(help="archive to write; default: the program's own resources")] = None,
) -> None:
    """Make the finished demo that the start page offers: three iterations on generated images, packed as an archive."""
    from studio.cli.demo import build_finished

    build_finished(out)


add_chat(app)
add_commands(app)
add_instructing(app)
add_serve(app)


def run_command(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code; a user error is printed to stderr, without a traceback."""
    from studio.services.errors import OperationCancelled, StudioError, SystemFault

    try:
        app(args=list(arguments), prog_name="score-studio")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else FAILED
    except StudioError as error:
        from studio.cli._output import error_lines

        print(error_lines(error), file=sys.stderr)
        return FAILED if isinstance(error, SystemFault) else WRONG_INPUT
    except OperationCancelled:
        print("Stopped.", file=sys.stderr)
        return CANCELLED
    except Exception as error:  # noqa: BLE001  Last resort: one line for the user, the traceback goes to a file.
        from engine.contract.faults.system_errors import explained
        from studio.cli._output import error_lines, report_defect

        found = explained(error)
        told = report_defect(error) if found is None else error_lines(SystemFault(found.message, found.remedy))
        print(told, file=sys.stderr)
        return FAILED
    return DONE


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    take_from_environment()
    sys.exit(run_command(sys.argv[1:]))
