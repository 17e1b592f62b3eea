"""The export panel, driven by its fields and buttons: nothing modal, nothing sent before it was shown."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot
from support.fake_engine import run_fake_jobs_until
from support.hubs.upload_hub import TOKEN, TakingHub, taking_hub
from support.pair_rows import list_pairs
from support.projects import write_photos
from support.window import open_in

from studio.services import exports
from studio.services.projects import create_and_open
from studio.services.projects.project import Project
from studio.services.reports.reproduction import Check, Reproduction, VersionAgain
from studio.services.review import pair_list
from studio.services.review.types import PairFilter
from studio.services.versions import version_list
from studio.views.export.export_panel import ExportPanel
from studio.views.tasks.long_task import LongTask, OnProgress
from studio.views.window.commands import commands
from studio.views.window.main_window import MainWindow


@pytest.fixture
def panel(qtbot: QtBot, empty_window: MainWindow, tmp_path: Path) -> ExportPanel:
    """The panel on a project after two iterations."""
    scores = write_photos(tmp_path / "data")
    root = tmp_path / "project"
    create_and_open.create_project(root, images=scores.parent / "images", scores=scores, model="some/model")
    project = create_and_open.open_project(root, exclusive=True)
    run_fake_jobs_until(project, 2)
    project.close()
    open_in(qtbot, empty_window, root)
    next(command for command in commands(empty_window.action_sets) if command.text == "Export…").run()
    assert empty_window.shell is not None and empty_window.shell.panel is not None
    found = empty_window.shell.panel
    qtbot.waitUntil(lambda: found.version.version.count() == 4)
    return found


def click(qtbot: QtBot, button: QPushButton) -> None:
    assert button.isEnabled(), button.text()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def said(qtbot: QtBot, panel: ExportPanel, text: str) -> None:
    qtbot.waitUntil(lambda: text in panel.message.label.text(), timeout=10_000)


def test_that_the_newest_version_is_exported_beside_what_a_folder_holds(
    qtbot: QtBot, panel: ExportPanel, tmp_path: Path
) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "there/file").touch()
    assert panel.version.version.currentText() == "iter2/merged" and not panel.isModal()
    panel.version.licence.setText("apache-2.0")
    panel.version.folder.set_path(tmp_path / "there")
    click(qtbot, panel.version.export_button)
    said(qtbot, panel, "Exported iter2/merged to")
    assert "license: apache-2.0" in (tmp_path / "there/iter2-merged/README.md").read_text("utf-8")


def test_that_the_report_is_saved_with_its_tables_and_can_be_opened(
    qtbot: QtBot, panel: ExportPanel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Path] = []
    monkeypatch.setattr("studio.views.export.export_panel.open_file", lambda file: opened.append(file) or True)
    assert not panel.open_button.isVisible()
    panel.with_tables.setChecked(True)
    panel.write_report(tmp_path / "out.html")
    qtbot.waitUntil(lambda: panel.open_button.isVisible(), timeout=60_000)
    said(qtbot, panel, "Report saved to")
    assert "iter2/merged" in (tmp_path / "out.html").read_text("utf-8")
    assert (tmp_path / "out-tables/results.csv").is_file()
    click(qtbot, panel.open_button)
    assert opened == [tmp_path / "out.html"]


def test_that_versions_are_offered_though_a_task_began_before_they_were_read(qtbot: QtBot, panel: ExportPanel) -> None:
    rows = version_list.versions(panel._workspace.project)
    panel.version.version.clear()
    go_on = threading.Event()
    panel._start(lambda _progress: go_on.wait(10), lambda _result: None)
    panel.version.set_versions(rows, None)
    assert panel.version.version.count() == 4 and not panel.version.export_button.isEnabled()
    panel.version.set_versions(rows[:2], None)
    assert panel.version.version.count() == 4, "what is under way stays chosen"
    go_on.set()
    qtbot.waitUntil(panel.version.export_button.isEnabled)


def test_that_a_report_that_cannot_be_saved_says_why(qtbot: QtBot, panel: ExportPanel, tmp_path: Path) -> None:
    panel.write_report(tmp_path / "missing" / "out.html")
    said(qtbot, panel, "cannot be written")
    assert not panel.open_button.isVisible() and panel.report_button.isEnabled()


def test_that_a_report_is_checked_and_what_differs_is_named(
    qtbot: QtBot, panel: ExportPanel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "other.html").write_text("<html></html>")
    panel.check_report(tmp_path / "other.html")
    said(qtbot, panel, "contains no manifest")
    panel.write_report(tmp_path / "out.html")
    qtbot.waitUntil(lambda: panel.open_button.isVisible(), timeout=60_000)
    same, other = Check("prompt", "a", "a"), Check("adapter", "a", "b")
    asked: list[str] = []

    def answer(checks: tuple[Check, ...], same_labels: int) -> None:
        found = Reproduction((), (VersionAgain("iter<b>", checks, (), 100, same_labels),))

        def acted(project: Project, manifest: dict[str, Any], **_named: object) -> Reproduction:
            asked.append(manifest["project"])
            return found

        monkeypatch.setattr("studio.views.export.export_panel.reproduce", acted)
        panel.check_report(tmp_path / "out.html")

    answer((same,), 100)
    said(qtbot, panel, "every answer that was compared is the same")
    answer((same,), 99)
    said(qtbot, panel, "agrees with the report, within rounding")
    answer((same, other), 100)
    said(qtbot, panel, "does not agree with the report: iter<b>: adapter.")
    assert len(asked) == 3 and len(set(asked)) == 1


def test_that_a_mistake_is_told_in_the_panel(qtbot: QtBot, panel: ExportPanel, tmp_path: Path) -> None:
    click(qtbot, panel.version.export_button)
    said(qtbot, panel, "Choose a destination folder.")
    panel.version.licence.setText("My Own <b>")
    panel.version.folder.set_path(tmp_path / "new")
    click(qtbot, panel.version.export_button)
    said(qtbot, panel, "'My Own <b>' is not a licence identifier.")
    assert not (tmp_path / "new").exists() and panel.version.export_button.isEnabled()


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[TakingHub]:
    with taking_hub() as found:
        monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", found.url)
        monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)
        monkeypatch.setattr("huggingface_hub.constants.HF_HUB_DISABLE_XET", True)
        monkeypatch.setenv("HF_TOKEN", TOKEN)
        yield found


def test_that_a_push_is_shown_first_and_forgotten_when_anything_changes(
    qtbot: QtBot, panel: ExportPanel, hub: TakingHub
) -> None:
    version = panel.version
    version.repo.setText("ann/scorer")
    assert not version.push_button.isEnabled()
    click(qtbot, version.plan_button)
    qtbot.waitUntil(version.push_button.isEnabled)
    shown = version.plan.toPlainText()
    assert "the new private repository" in shown and "adapter_model.safetensors" in shown and "No licence" in shown
    version.public.setChecked(True)
    assert not version.push_button.isEnabled() and version.plan.toPlainText() == "" and hub.repositories == {}
    click(qtbot, version.plan_button)
    qtbot.waitUntil(version.push_button.isEnabled)
    assert "PUBLIC" in version.plan.toPlainText()
    click(qtbot, version.push_button)
    said(qtbot, panel, f"Uploaded to {hub.url}/ann/scorer")
    assert "README.md" in hub.files["ann/scorer"] and not version.push_button.isEnabled()


def test_that_tables_and_the_project_are_written(qtbot: QtBot, panel: ExportPanel, tmp_path: Path) -> None:
    panel.write_pairs(tmp_path / "pairs.parquet")
    said(qtbot, panel, "Exported 48 pairs to")
    panel.write_table(exports.export_metrics, tmp_path / "metrics.csv")
    said(qtbot, panel, f" to {tmp_path / 'metrics.csv'}")
    panel.with_images.setChecked(False)
    panel.write_archive(tmp_path / "project.zip")
    said(qtbot, panel, f"Archived the project with 0 images to {tmp_path / 'project.zip'}.")
    panel.write_archive(tmp_path / "project.zip")
    said(qtbot, panel, "already exists")


def test_that_edited_pairs_come_back_and_refusals_are_told(
    qtbot: QtBot, panel: ExportPanel, empty_window: MainWindow, tmp_path: Path
) -> None:
    assert empty_window.workspace is not None
    project, file = empty_window.workspace.project, tmp_path / "pairs.jsonl"
    panel.write_pairs(file)
    said(qtbot, panel, "Exported 48 pairs to")
    lines = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    first = list_pairs(project, PairFilter())[0]
    lines[0]["chosen"][0]["content"][0]["text"] = f"#Score: {first.chosen_score}\n#Explain: Edited elsewhere."
    lines[1]["chosen"] = "no form"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    panel.read_pairs(file)
    said(
        qtbot,
        panel,
        "48 rows read: 1 changed, 46 unchanged, 1 rejected. Line 2: the chosen answer does not have the form",
    )
    assert pair_list.pair(project, first.id).chosen_text == "Edited elsewhere."


def test_that_an_archive_is_opened_from_the_start_page(
    qtbot: QtBot, panel: ExportPanel, empty_window: MainWindow, tmp_path: Path
) -> None:
    panel.with_images.setChecked(False)
    panel.write_archive(tmp_path / "project.zip")
    said(qtbot, panel, "Archived the project")
    empty_window.close_project()
    assert empty_window.start.archive_button.isEnabled()
    (tmp_path / "data/images").rename(tmp_path / "moved")
    (tmp_path / "there").mkdir()
    (tmp_path / "there/file").touch()
    empty_window.open_archive(tmp_path / "project.zip", tmp_path / "there")
    qtbot.waitUntil(lambda: empty_window.workspace is not None, timeout=10_000)
    assert empty_window.workspace is not None and empty_window.shell is not None
    assert empty_window.workspace.project.root == tmp_path / "there/project"
    assert "set [images] root" in empty_window.shell.message.label.text()
    empty_window.close_project()
    (tmp_path / "broken.zip").write_bytes(b"PK")
    empty_window.open_archive(tmp_path / "broken.zip", tmp_path / "new")
    qtbot.waitUntil(lambda: "cannot be read as an archive" in empty_window.start.message.label.text())
    assert not (tmp_path / "new").exists()


def test_that_work_on_its_way_out_can_be_stopped_and_closed(qtbot: QtBot) -> None:
    outgoing, told, reached = LongTask(), list[str](), threading.Event()

    def work(progress: OnProgress) -> None:
        while True:
            reached.set()
            progress(1, 2)

    outgoing.start(work, lambda _result: told.append("done"), told.append)
    assert reached.wait(5) and outgoing.busy
    outgoing.stop()
    qtbot.waitUntil(lambda: not outgoing.busy)
    assert told == ["Stopped. No partial files were left."]
    outgoing.start(work, lambda _result: told.append("done"), told.append)
    outgoing.close()
    assert len(told) == 1
