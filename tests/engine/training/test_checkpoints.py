"""Only what was written to its end is resumed from."""

from __future__ import annotations

from pathlib import Path

from engine.contract import artifacts
from engine.training import checkpoints


def write(folder: Path, step: int, *, complete: bool = True) -> Path:
    checkpoint = checkpoints.at_step(folder, step)
    checkpoint.mkdir(parents=True)
    (checkpoint / "weights").write_text(str(step), encoding="utf-8")
    if complete:
        artifacts.seal(checkpoint)
    return checkpoint


def test_that_the_newest_complete_checkpoint_is_taken(tmp_path: Path) -> None:
    write(tmp_path, 9)
    newest = write(tmp_path, 10)
    write(tmp_path, 11, complete=False)
    assert checkpoints.newest_complete(tmp_path) == newest


def test_that_a_damaged_checkpoint_is_passed_over(tmp_path: Path) -> None:
    older = write(tmp_path, 5)
    (write(tmp_path, 10) / "weights").write_text("?", encoding="utf-8")
    assert checkpoints.newest_complete(tmp_path) == older


def test_that_there_is_none_at_first(tmp_path: Path) -> None:
    assert checkpoints.newest_complete(tmp_path / "nothing") is None
    write(tmp_path, 3, complete=False)
    assert checkpoints.newest_complete(tmp_path) is None


def test_that_sealing_keeps_two(tmp_path: Path) -> None:
    for step in (2, 4, 6, 8, 10):
        checkpoints.seal(write(tmp_path, step, complete=False))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["checkpoint-10", "checkpoint-8"]
