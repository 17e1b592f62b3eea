"""From the start page to sorted images: an exported model scores a folder without a project, in a real child."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image as Picture
from pytestqt.qtbot import QtBot
from support.scoring.exported_demo import export_demo_model

from studio.services.scoring.types import CollectionCell
from studio.views.score.scoring_window import ScoringWindow
from studio.views.window.main_window import MainWindow
from studio.widgets.recent_delegate import FACTS_ROLE

SECONDS = 60_000


def test_that_images_are_scored_without_a_project(
    qtbot: QtBot, empty_window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    folder, export = tmp_path / "holiday", export_demo_model(tmp_path / "export")
    folder.mkdir()
    for number in range(5):
        Picture.new("RGB", (40, 30), (number * 60, 90, 255 - number * 60)).save(folder / f"photo {number}.jpg")
    (folder / "broken.jpg").write_bytes(b"no image")
    empty_window.start.score_button.click()
    qtbot.waitUntil(lambda: empty_window.shell is not None)
    shell = empty_window.shell
    assert shell is not None and shell.page_name == "score"
    assert list(shell.buttons) == ["score", "jobs", "settings"]
    qtbot.waitUntil(lambda: shell.score.findChild(ScoringWindow) is not None)
    window = shell.score.findChild(ScoringWindow)
    assert isinstance(window, ScoringWindow) and window.choice is None
    window.add_sources([folder])
    qtbot.waitUntil(lambda: "Choose a model" in window.estimate.text())
    window.use_export(export)
    qtbot.waitUntil(window.start_button.isEnabled)
    window.start_button.click()
    page = shell.score
    qtbot.waitUntil(lambda: page.loaded.jobs == () and bool(page.loaded.models), timeout=SECONDS)
    assert page.loaded.models[0].explained == 5
    qtbot.waitUntil(lambda: page.model.rowCount() == 6 and page.grid.is_settled())

    def shown() -> list[CollectionCell]:
        return [cell for row in range(6) if (cell := page.model.row_at(row)) is not None]

    qtbot.waitUntil(lambda: sum(cell.score is not None for cell in shown()) == 5)
    cells = shown()
    scores = [cell.score for cell in cells[:5] if cell.score is not None]
    assert len(scores) == 5 and scores == sorted(scores, reverse=True)
    assert cells[5].name == "broken.jpg" and cells[5].problem and cells[5].score is None
    qtbot.waitUntil(lambda: page.state.text() == "1 image cannot be used")
    page.grid.setCurrentIndex(page.model.index(0, 0))
    qtbot.waitUntil(lambda: page.detail.name.text() == cells[0].name and bool(page.detail.answers.cards))
    assert page.detail.answers.cards[0].text.text()
    empty_window.close_project()
    qtbot.waitUntil(lambda: empty_window.shell is None)
    facts = "images scored by exported models"
    qtbot.waitUntil(lambda: facts in str(empty_window.start.recent.item(0).data(FACTS_ROLE)))
