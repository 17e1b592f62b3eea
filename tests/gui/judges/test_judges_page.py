"""The Judges page: grading by keyboard alone, what it stores, and the agreement that is shown afterwards."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot
from support.projects import rows

from db.models import Judgement, Prediction
from studio.models import agreement_tables
from studio.services.errors import StudioError
from studio.services.judging import judge_names
from studio.services.projects.project import Project
from studio.views.judges.grading_view import GradingView
from studio.views.judges.judges_page import JudgesPage
from studio.views.window.main_window import MainWindow

NUMBERS = (Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3, Qt.Key.Key_4, Qt.Key.Key_5)


@pytest.fixture
def page(qtbot: QtBot, window: MainWindow) -> JudgesPage:
    assert window.shell is not None
    window.shell.show_page("judges")
    found = window.shell.judges
    qtbot.waitUntil(lambda: found.judges.rowCount() > 0)
    return found


def begin(qtbot: QtBot, page: JudgesPage, name: str) -> GradingView:
    """By keyboard: the name, Return."""
    field = page.grader.lineEdit()
    assert field is not None
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, name)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    view = page.grading
    qtbot.waitUntil(lambda: view.state is not None and view.isVisible())
    return view


def press(qtbot: QtBot, view: GradingView, key: Qt.Key) -> None:
    """One key, and wait until it is stored and the next thing to grade is shown."""
    before = view.state
    qtbot.keyClick(view, key)
    qtbot.waitUntil(lambda: view.state is not before)


def stored(project: Project, name: str) -> list[tuple[object, ...]]:
    query = f"SELECT consistency, usefulness, general FROM judgement WHERE judge = 'person:{name}' ORDER BY id"
    return rows(project.root, query)


def judged(project: Project, judge: str, grades: Sequence[int]) -> None:
    with project.session() as session:
        ids = [one.id for one in session.query(Prediction).filter_by(explained=True).order_by(Prediction.id)]
        for one, grade in zip(ids, grades, strict=False):
            session.add(Judgement(prediction_id=one, judge=judge, consistency=grade, raw="", reason=""))


def test_that_all_explanations_are_graded_by_keyboard_alone(qtbot: QtBot, page: JudgesPage) -> None:
    view = begin(qtbot, page, "Ann")
    state = view.state
    assert state is not None and state.card is not None
    total, given = state.total, []
    for number in range(total):
        grades = [(number + place) % 5 for place in range(3)]
        given.append(tuple(float(grade) for grade in grades))
        for grade in grades:
            press(qtbot, view, NUMBERS[grade])
    assert stored(page.project, "Ann") == given
    assert "All explanations are graded" in view.result.text()
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: any(row.judge == "person:Ann" for row in page.judges.rows))
    row = next(place for place, one in enumerate(page.judges.rows) if one.judge == "person:Ann")
    assert page.judges.index(row, agreement_tables.COL_GRADED).data() == str(total)
    assert {(one.first, one.second) for one in page.pairs.rows} == {("person:Ann", "offline")}
    assert page.confusion.rowCount() == 5 and "Ann" in page.heading.text()


def test_that_a_name_is_needed_and_the_version_is_never_shown(qtbot: QtBot, page: JudgesPage) -> None:
    page.grader.setCurrentText(" ")
    page.commands["judges.grade"].trigger()
    qtbot.waitUntil(lambda: page.is_listing)
    assert stored(page.project, "") == []
    with pytest.raises(StudioError, match=r"^Enter a name\.$"):
        judge_names.person(" ")
    view = begin(qtbot, page, "Ann")
    shown = " ".join(label.text() for label in view.findChildren(type(view.progress)))
    assert "iter1/score" not in shown and "base" not in shown and "Score" in view.score.text()
    assert view.image.isHidden()
    qtbot.keyClick(view, Qt.Key.Key_I)
    assert not view.image.isHidden()


def test_that_undo_and_skip_work_by_key_and_other_keys_grade_nothing(qtbot: QtBot, page: JudgesPage) -> None:
    view = begin(qtbot, page, "Ann")
    for key in (Qt.Key.Key_0, Qt.Key.Key_6, Qt.Key.Key_9):
        qtbot.keyClick(view, key)
    press(qtbot, view, Qt.Key.Key_5)
    assert stored(page.project, "Ann") == [(4.0, None, None)] and view.rows[0].buttons[4].isChecked()
    press(qtbot, view, Qt.Key.Key_U)
    assert stored(page.project, "Ann") == []
    press(qtbot, view, Qt.Key.Key_S)
    assert stored(page.project, "Ann") == [(None, None, None)]
    press(qtbot, view, Qt.Key.Key_U)
    qtbot.mouseClick(view.rows[0].buttons[1], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: stored(page.project, "Ann") == [(1.0, None, None)])


def test_that_another_grader_starts_anew_and_the_names_are_offered(qtbot: QtBot, page: JudgesPage) -> None:
    press(qtbot, begin(qtbot, page, "Ann"), Qt.Key.Key_3)
    page.leave_grading()
    view = begin(qtbot, page, "Ben")
    assert view.state is not None and view.state.done == 0 and view.state.card is not None
    assert view.state.card.scale == 0
    press(qtbot, view, Qt.Key.Key_4)
    page.leave_grading()
    qtbot.waitUntil(lambda: page.grader.count() == 2)
    assert [page.grader.itemText(place) for place in range(2)] == ["Ann", "Ben"]


def test_that_the_agreement_of_judges_is_shown_with_their_grades(qtbot: QtBot, page: JudgesPage) -> None:
    assert not page.details.isVisible() and page.empty.isVisible(), "nobody has graded yet"
    judged(page.project, "gpt@https://there", [4, 3, 2, 1])
    judged(page.project, "person:Ann", [4, 4, 2, 1])
    page.refresh()
    qtbot.waitUntil(lambda: page.pairs.rowCount() > 0)
    for model in (page.judges, page.pairs, page.confusion):
        QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    place = next(
        n for n, one in enumerate(page.pairs.rows) if (one.first, one.second) == ("gpt@https://there", "person:Ann")
    )
    assert page.pairs.index(place, agreement_tables.COL_FIRST).data() == "gpt"
    assert page.pairs.index(place, agreement_tables.COL_SAME).data() == "75%"
    page.agreement.setCurrentIndex(page.agreement.model().index(place, 0))
    assert page.heading.text().startswith("Consistency: grades by gpt in rows, by Ann in columns, on the same 4")
    shown = [[page.confusion.index(row, column).data() for column in range(6)] for row in range(5)]
    assert shown[0] == ["5 excellent", "1", "0", "0", "0", "0"] and shown[1] == ["4 good", "1", "0", "0", "0", "0"]
