"""What a page says before its rows have been read: not that there are none."""

from __future__ import annotations

from pytestqt.qtbot import QtBot
from support.window import let_it_read

from studio.views.page import Page
from studio.views.window.main_window import MainWindow
from studio.widgets.labels import PlainLabel


def sentences(page: Page) -> list[str]:
    labels = [label for label in page.findChildren(PlainLabel) if label.property("role") == "empty"]
    return [label.text() for label in labels if label.isVisible()]


def test_that_no_page_says_that_there_is_nothing_before_it_has_looked(qtbot: QtBot, window: MainWindow) -> None:
    shell = window.shell
    assert shell is not None
    before, after = dict[str, list[str]](), dict[str, list[str]]()
    for name, (_title, page) in shell.pages.items():
        shell.show_page(name)
        before[name] = sentences(page)
        let_it_read(qtbot, window)
        after[name] = sentences(page)
    assert not any(before.values()), before
    assert {name for name, said in after.items() if said} == {"score", "jobs"}  # no collection, an empty queue
