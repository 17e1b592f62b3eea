"""The reusable pieces: literal text, word diff, images, charts, themes."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QHelpEvent, QImage, QStandardItem, QStandardItemModel, QTextDocument, QWheelEvent
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QStyleOptionViewItem, QToolTip, QWidget
from pytestqt.qtbot import QtBot
from support.reviewed import BAD_TEXT

from studio.text import one_line, printable
from studio.widgets import image_loader, notices
from studio.widgets.charts import TrainingChart, running_mean
from studio.widgets.combos import CalmCombo, CalmDoubleSpin, CalmSpin
from studio.widgets.diff_text import DiffText, show_difference
from studio.widgets.image_loader import VIEW_SIDE, ImageLoader, read_image, to_pixmap
from studio.widgets.image_view import ImageView
from studio.widgets.labels import ElidedLabel, PlainLabel
from studio.widgets.lazy_charts import Mark
from studio.widgets.message_bar import MessageBar
from studio.widgets.result_charts import MetricChart, ScatterChart
from studio.widgets.state_icons import SHAPES, state_icon
from studio.widgets.tables import make_table
from studio.widgets.theme import apply_theme, current_theme, load_theme
from studio.widgets.word_diff import Piece, diff_words, merge_words


def pieces(text: str, other: str) -> list[str]:
    return [text[span.start : span.end] for span in diff_words(text, other)[0]]


def test_that_only_what_differs_is_marked() -> None:
    assert pieces("the light is soft, good", "the light is harsh, good") == ["soft"]
    assert pieces("a  b\nc", "a b c") == []
    assert pieces("one two three", "three") == ["one two"]
    assert pieces("", "x") == [] and pieces("x", "") == ["x"]


@given(st.text(alphabet="ab ,.\n", max_size=40), st.text(alphabet="ab ,.\n", max_size=40))
def test_that_what_is_not_marked_is_the_same_on_both_sides(left: str, right: str) -> None:
    def unmarked(text: str, spans: list[tuple[int, int]]) -> list[str]:
        kept, at = "", 0
        for start, end in spans:
            kept += text[at:start] + " "
            at = end
        return list("".join((kept + text[at:]).split()))

    only_left, only_right = diff_words(left, right)
    assert unmarked(left, [(s.start, s.end) for s in only_left]) == unmarked(
        right, [(s.start, s.end) for s in only_right]
    )


def test_that_marks_stand_right_behind_an_emoji(qtbot: QtBot) -> None:
    left, right = DiffText("success", "left"), DiffText("danger", "right")
    qtbot.addWidget(left)
    qtbot.addWidget(right)
    show_difference(left, right, "\U0001f600 \U0001f600 soft light", "\U0001f600 \U0001f600 harsh light")
    assert (left.marked(), right.marked()) == (["soft"], ["harsh"])


def test_that_control_characters_are_made_visible() -> None:
    assert printable("a\x00b\x1bc\x7f\ttab\nline\r") == "a␀b␛c␡\ttab\nline␍"
    assert "\u202e" not in printable("x\u202ey") and "\u202e" not in one_line("x\u202ey")
    assert one_line("two\nlines") == "two lines"


@pytest.mark.parametrize("make", [PlainLabel, ElidedLabel])
def test_that_labels_take_text_literally(qtbot: QtBot, make: type[QLabel]) -> None:
    label = make(BAD_TEXT)
    qtbot.addWidget(label)
    assert label.textFormat() == Qt.TextFormat.PlainText
    assert "<b>bold</b>" in label.text()


def test_that_a_message_takes_text_literally(qtbot: QtBot) -> None:
    bar = MessageBar()
    qtbot.addWidget(bar)
    bar.show_message(BAD_TEXT)
    assert bar.label.textFormat() == Qt.TextFormat.PlainText
    assert bar.label.text() == printable(BAD_TEXT)


def test_that_no_file_named_in_a_text_is_asked_for(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(QTextDocument, "loadResource", lambda _self, _kind, name: asked.append(name.toString()))
    view = DiffText("success", "text")
    qtbot.addWidget(view)
    view.show_text(BAD_TEXT, [])
    view.grab()
    assert asked == [] and view.toPlainText() == printable(BAD_TEXT)


def test_that_images_are_scaled_down_and_turned_as_their_camera_says(tmp_path: Path) -> None:
    photo = tmp_path / "photo.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    Image.new("RGB", (400, 200), "red").save(photo, exif=exif)
    image, problem = read_image(photo, 100)
    assert problem == "" and image is not None and (image.width, image.height) == (50, 100)
    assert to_pixmap(image).toImage().pixelColor(25, 50).getRgb()[0] > 250
    large, _ = read_image(photo, 4096)
    assert large is not None and large.width == 200  # never scaled up


@pytest.mark.parametrize(("content", "word"), [(None, "missing"), (b"not an image", "cannot be shown")])
def test_that_an_unreadable_image_leaves_a_sentence(
    qtbot: QtBot, tmp_path: Path, content: bytes | None, word: str
) -> None:
    path = tmp_path / "<b>x.png"
    if content is not None:
        path.write_bytes(content)
    loader = ImageLoader()
    view = ImageView(loader)
    qtbot.addWidget(view)
    view.show()
    view.show_path(path)
    qtbot.waitUntil(lambda: word in view.message.text())
    assert view.message.isVisible() and not view.canvas.isVisible()
    loader.close()


def test_that_looking_at_many_large_images_keeps_only_so_many_bytes_of_them(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = (400, 300)
    monkeypatch.setattr(image_loader, "MEMORY", 3 * size[0] * size[1] * 4)
    paths = [tmp_path / f"{number}.png" for number in range(8)]
    for path in paths:
        Image.new("RGB", size, "blue").save(path)
    loader = ImageLoader()
    for path in paths:
        with qtbot.waitSignal(loader.loaded):
            assert loader.pixmap(path) is None
    kept = [path for path in paths if (path, VIEW_SIDE) in loader._cache]
    assert kept == paths[-3:], "the last ones, as many as there is room for"
    assert loader.pixmap(paths[-1]) is not None and loader.pixmap(paths[-3]) is not None
    with qtbot.waitSignal(loader.loaded):
        assert loader.pixmap(paths[0]) is None, "the others are read again"
    assert (paths[-2], VIEW_SIDE) not in loader._cache, "the one not looked at for longest has gone"
    loader.close()


def test_that_an_image_arrives_and_zooms_with_the_wheel(qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "x.png"
    Image.new("RGB", (800, 600), "blue").save(path)
    loader = ImageLoader()
    view = ImageView(loader)
    qtbot.addWidget(view)
    view.resize(400, 340)
    view.show()
    view.show_path(path)
    qtbot.waitUntil(view.canvas.isVisible)
    fitted = view.canvas.scale_factor
    assert fitted < 1
    centre = QPointF(100, 100)
    event = QWheelEvent(
        centre, centre, QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    view.canvas.wheelEvent(event)
    assert view.canvas.scale_factor == pytest.approx(fitted * 1.25)
    view.resize(500, 440)
    assert not view.canvas.fitted
    qtbot.mouseClick(view.fit_button, Qt.MouseButton.LeftButton)
    assert view.canvas.fitted
    loader.close()


def test_that_the_metric_chart_draws_marks_and_keeps_the_axis_scale(qtbot: QtBot) -> None:
    chart = MetricChart("SRCC", "Iteration", "SRCC")
    qtbot.addWidget(chart)
    chart.resize(500, 300)
    chart.show()
    marks = [
        Mark("base", "base", 0, 0.3, 0.2, 0.4, main=True),
        Mark("iter1/score", "score", 1, 0.7, 0.6, 0.8, main=True),
        Mark("iter2/merged", "merged", 2, 0.8, main=True),
    ]
    chart.set_marks(marks)
    assert len(chart.plot.listDataItems()) == 4  # three marks and their line
    axis = chart.plot.getAxis("left")
    assert axis.autoSIPrefixScale == 1.0
    assert axis.labelText == "SRCC" and chart.plot.getAxis("bottom").labelText == "Iteration"
    assert chart.plot.viewRange()[1][0] < 0.2 and chart.plot.viewRange()[1][1] > 0.8
    chart.set_marks([])
    assert chart.plot.listDataItems() == []


def test_that_a_scatter_finds_the_point_under_the_mouse_among_many(qtbot: QtBot) -> None:
    chart = ScatterChart("v", "True", "Predicted")
    qtbot.addWidget(chart)
    chart.resize(400, 400)
    chart.show()
    qtbot.waitExposed(chart)
    images = list(range(100, 20_100))
    chart.set_points(images, [(number % 100 / 10, number // 100 / 20) for number in range(20_000)], (0.0, 10.0))
    assert chart.count == 20_000
    chart.set_points([7, 8], [(1.0, 1.0), (9.0, 2.0)], (0.0, 10.0))
    chart.grab()
    at = chart.plot.mapFromScene(chart.position_of(8))
    with qtbot.waitSignal(chart.clicked) as clicked:
        qtbot.mouseClick(chart.plot.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert clicked.args == [8]
    chart.choose(8)
    assert chart.chosen == 8
    chart.choose(99)
    assert chart.chosen is None


def test_that_a_merged_text_holds_both_texts_in_order() -> None:
    left, right = "a good light, and soft.", "a poor light and very soft"
    merged = merge_words(left, right)
    assert [piece.text for piece in merged if piece.origin == "left"] == ["good", ",", "."]
    assert [piece.text for piece in merged if piece.origin == "right"] == ["poor", "very"]
    words = "".join(piece.text for piece in merged if piece.origin != "left").split()
    assert words == right.split()
    assert merge_words("", "new") == [Piece("new", "right")]
    assert [piece.origin for piece in merge_words("old", "") if piece.text.strip()] == ["left"]
    assert merge_words("same", "same") == [Piece("same", "both")]


def test_that_the_training_chart_keeps_the_whole_history(qtbot: QtBot) -> None:
    chart = TrainingChart("Loss", "Loss", "mark_score")
    qtbot.addWidget(chart)
    chart.show()
    values = [1 / (step + 1) for step in range(20_000)]
    values[7] = float("nan")
    chart.take_curve(range(20_000), values)
    chart.draw_curve()
    assert chart.points == 19_999
    chart.grab()
    assert chart.plot.viewRange()[0][0] <= 0 and chart.plot.viewRange()[0][1] >= 19_999


def test_that_a_running_mean_keeps_both_ends_and_leaves_gaps() -> None:
    means = running_mean(np.array([4.0, float("nan"), 2.0, 3.0, 7.0]))
    assert means[0] == 4.0 and np.isnan(means[1]) and means[2] == 2.5 and means[3] == 4.0 and means[4] == 7.0
    assert len(running_mean(np.empty(0))) == 0
    assert np.allclose(running_mean(np.full(300, 0.5)), 0.5)
    noisy = np.tile([0.0, 1.0], 200)
    assert np.abs(running_mean(noisy)[50:-50] - 0.5).max() < 0.05


def test_that_a_noisy_curve_has_its_mean_over_it_and_a_smooth_one_none(qtbot: QtBot) -> None:
    for smooth in (True, False):
        chart = TrainingChart("Loss", "Loss", "mark_score", smooth=smooth)
        qtbot.addWidget(chart)
        chart.take_curve(range(64), [step % 2 for step in range(64)])
        chart.draw_curve()
        lines = [item.getOriginalDataset()[0] for item in chart.plot.getPlotItem().listDataItems()]
        assert sum(line is not None and len(line) == 64 for line in lines) == 1 + smooth and chart.points == 64


def test_that_a_cell_without_room_shows_its_whole_text_literally(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    model = QStandardItemModel(1, 2)
    model.setItem(0, 0, QStandardItem("<b>long</b> & " + "wide " * 40))
    model.setItem(0, 1, QStandardItem("short"))
    table = make_table(model, "Cells", stretch=1)
    qtbot.addWidget(table)
    table.setColumnWidth(0, 120)
    table.resize(400, 200)
    table.show()
    told: list[str] = []
    monkeypatch.setattr(QToolTip, "showText", lambda _place, text, _widget: told.append(text))
    for column in (0, 1):
        index = model.index(0, column)
        option = QStyleOptionViewItem()
        table.initViewItemOption(option)
        option.rect = table.visualRect(index)
        event = QHelpEvent(QEvent.Type.ToolTip, QPoint(5, 5), QPoint(5, 5))
        table.itemDelegate().helpEvent(event, table, option, index)
    assert told[0].startswith("<p>&lt;b&gt;long&lt;/b&gt; &amp; wide") and told[1] == ""
    assert table.textElideMode() == Qt.TextElideMode.ElideMiddle


def test_that_every_state_has_a_shape_of_its_own_word() -> None:
    shapes = {state: SHAPES[state][0] for state in ("queued", "running", "interrupted", "done", "failed", "cancelled")}
    assert len(set(shapes.values())) == len(shapes)
    assert len({SHAPES[verdict][0] for verdict in ("none", "keep", "veto")}) == 3


def test_that_icons_are_drawn_for_every_state(qtbot: QtBot) -> None:
    for state in SHAPES:
        image: QImage = state_icon(state, load_theme(False).colours).pixmap(16, 16).toImage()
        painted = sum(image.pixelColor(x, y).alpha() > 0 for x in range(image.width()) for y in range(image.height()))
        assert painted > 8, state


def test_that_both_themes_have_the_same_colours_and_enough_contrast(qapp: QApplication) -> None:
    light, dark = load_theme(False), load_theme(True)
    assert set(light.colours) == set(dark.colours)
    pairs = [("text", "window"), ("text", "base"), ("muted", "base"), ("muted", "window"), ("accent_text", "accent"),
             ("text", "accent_soft"), ("text", "danger_soft"), ("text", "success_soft"), ("muted", "rail")]  # fmt: skip
    for theme in (light, dark):
        for ink, ground in pairs:
            assert contrast(theme[ink].getRgbF(), theme[ground].getRgbF()) >= 4.5, (theme.dark, ink, ground)
    apply_theme(qapp, dark=True)
    assert current_theme().dark
    apply_theme(qapp, dark=False)
    assert not current_theme().dark


def contrast(first: tuple[float, ...], second: tuple[float, ...]) -> float:
    """WCAG 2 contrast ratio."""

    def luminance(rgb: tuple[float, ...]) -> float:
        linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb[:3]]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    bright, dim = sorted((luminance(first), luminance(second)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def test_that_a_label_says_its_height_at_a_width_whatever_its_width_was_before(qtbot: QtBot) -> None:
    label = PlainLabel("words in a long line, " * 40, wrap=True)
    qtbot.addWidget(label)
    label.resize(600, 100)
    label.show()
    at_first = [label.heightForWidth(width) for width in (500, 1088)]
    label.resize(2500, 100)
    qtbot.wait(20)
    assert [label.heightForWidth(width) for width in (500, 1088)] == at_first
    assert label.heightForWidth(2500) == label.heightForWidth(5000), "its lines stay short"


def test_that_a_button_pressed_twice_shows_its_own_text_again(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notices, "CONFIRM_MS", 30)
    button = QPushButton("")
    qtbot.addWidget(button)
    notices.confirm_on(button, "Saved")
    notices.confirm_on(button, "Saved")
    assert button.text() == "Saved"
    qtbot.waitUntil(lambda: button.text() == "")


def test_that_every_list_and_number_of_the_window_is_one_that_no_wheel_changes_by_accident() -> None:
    made = re.compile(r"(?<!case )\bQ(ComboBox|SpinBox|DoubleSpinBox)\(\)")
    files = [file for file in (Path(__file__).parents[2] / "studio").rglob("*.py") if file.name != "combos.py"]
    assert len(files) > 400 and [str(file) for file in files if made.search(file.read_text("utf-8"))] == []


@pytest.mark.parametrize("kind", [CalmCombo, CalmSpin, CalmDoubleSpin])
def test_that_a_wheel_changes_a_field_only_while_it_has_the_keyboard(
    qtbot: QtBot, kind: type[CalmCombo | CalmSpin | CalmDoubleSpin]
) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    field, other = kind(holder), QLineEdit(holder)
    other.move(0, 60)
    if isinstance(field, CalmCombo):
        field.addItems(["a", "b", "c"])
    shown = (lambda: field.currentIndex()) if isinstance(field, CalmCombo) else field.value
    before = shown()
    holder.show()
    for focused in (other, field):
        focused.setFocus()
        qtbot.waitUntil(focused.hasFocus)
        at = QPointF(5, 5)
        wheel = QWheelEvent(
            at, field.mapToGlobal(at), QPoint(), QPoint(0, -120 if kind is CalmCombo else 120), Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(field, wheel)
        assert (shown() != before) is (focused is field)
