"""Progress of a headless run, on a terminal and elsewhere."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from engine.contract.events import Event, Note, Progress, Started, TrainStep
from studio.cli._output import console
from studio.cli._progress import BarReporter, LineReporter, Reporter, reporter
from studio.services.loop.types import JobRow, JobState

STEP = TrainStep(3, 12, 0.6321, 0.412, 0.8, 0.1, -0.3, 5e-5, 1.0)


def job(state: JobState, title: str = "Train iter1/score") -> JobRow:
    now = datetime.now(UTC)
    return JobRow(1, "train", 1, "iter1/score", title, state, 0, 0, 0, "", now, now, None, "", "", None, Path("runs/1"))


def play(shown: Reporter, events: list[Event], title: str = "Train iter1/score") -> None:
    shown.on_job(job("running", title))
    for event in events:
        shown.on_event(1, event)
    shown.on_job(job("done", title))
    shown.close()


def test_that_without_a_terminal_a_stage_has_a_line_at_each_quarter_and_no_control_codes() -> None:
    out = io.StringIO()
    shown = reporter(console(out))
    assert isinstance(shown, LineReporter)
    play(shown, [Started("train", 100, "steps"), STEP, *(Progress(done, 100) for done in range(1, 101))])
    lines = out.getvalue().splitlines()
    assert lines[0] == "Train iter1/score ..."
    assert [line.split()[0] for line in lines[1:-1]] == ["25%", "50%", "75%", "100%"]
    assert "(25 of 100 steps, loss 0.6321  margin +0.412)" in lines[1]
    assert lines[-1].startswith("Train iter1/score: done after ")
    assert "\x1b" not in out.getvalue()


def test_that_a_stage_that_fails_before_it_starts_has_no_time() -> None:
    out = io.StringIO()
    shown = LineReporter(console(out))
    play(shown, [], "Predict with base")
    shown.on_job(job("failed"))
    assert out.getvalue().splitlines()[-1] == "Train iter1/score: failed"


def test_that_a_resumed_stage_says_what_is_there_and_does_not_repeat_its_quarters() -> None:
    out = io.StringIO()
    play(LineReporter(console(out)), [Started("predict", 100, "images", done=60), Progress(61, 100), Progress(76, 100)])
    lines = out.getvalue().splitlines()
    assert lines[1:-1] == ["  60 of 100 images already done", "  75% (76 of 100 images)"]


def test_that_warnings_of_one_kind_are_counted_after_the_third() -> None:
    out = io.StringIO()
    notes: list[Event] = [Note("warning", "unreadable_image", f"{n}.png\x1b[2J cannot be read") for n in range(7)]
    play(LineReporter(console(out)), [*notes, Note("info", "resumed", "quiet")])
    text = out.getvalue()
    assert text.count("cannot be read") == 3 and "and 4 more warnings of the kind unreadable_image" in text
    assert "quiet" not in text and "\x1b" not in text


def test_that_a_stage_with_nothing_to_do_divides_by_nothing() -> None:
    out = io.StringIO()
    play(LineReporter(console(out)), [Started("judge", 0, "texts"), Progress(0, 0)])
    assert "done after" in out.getvalue()


def test_that_a_terminal_gets_a_bar_with_loss_and_margin_that_ends_full() -> None:
    out = io.StringIO()
    screen = Console(file=out, force_terminal=True, width=120, markup=False)
    shown = reporter(screen)
    assert isinstance(shown, BarReporter)
    play(shown, [Started("train", 12, "steps"), Progress(3, 12), STEP], title="[bold]Train[/bold]\x1b[2J")
    text = out.getvalue()
    assert "[bold]Train[/bold]\\x1b[2J" in text
    assert "12/12" in text and "loss 0.6321  margin +0.412" in text


def test_that_a_failed_stage_keeps_its_bar_where_it_was() -> None:
    out = io.StringIO()
    shown = BarReporter(Console(file=out, force_terminal=True, width=120, markup=False))
    shown.on_job(job("running"))
    shown.on_event(1, Started("train", 12, "steps"))
    shown.on_event(1, Progress(3, 12))
    shown.on_job(job("failed"))
    shown.close()
    assert "Train iter1/score: failed" in out.getvalue() and " 3/12" in out.getvalue()
    assert "12/12" not in out.getvalue()


def test_that_the_time_left_of_a_resumed_stage_does_not_count_what_was_there() -> None:
    """Red before: 900 images in no time at all, so that the rest would take no time either."""
    shown = BarReporter(Console(file=io.StringIO(), force_terminal=True, width=120))
    shown.on_job(job("running"))
    shown.on_event(1, Started("predict", 1000, "images", done=900))
    task = shown._progress.tasks[-1]
    assert task.completed == 900 and task.speed is None
    shown.close()
