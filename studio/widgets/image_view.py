"""One image: fitted or at 100%, zoomed with the wheel, moved by dragging."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPixmap, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import (
    QFrame,
    QGraphicsPixmapItem,
    QGraphicsScene,
    QGraphicsView,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from studio.widgets.flow_layout import FlowLayout
from studio.widgets.image_loader import VIEW_SIDE, ImageLoader
from studio.widgets.labels import PlainLabel
from studio.widgets.theme import THEME_EVENTS, current_theme

ZOOM_STEP = 1.25
ZOOM_RANGE = (0.02, 40.0)


class ImageCanvas(QGraphicsView):
    """The picture itself. ``scale_factor`` is screen pixels per image pixel. Signal ``opened``: a double click."""

    opened = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scene = QGraphicsScene(self)
        self._item = QGraphicsPixmapItem()
        self._item.setTransformationMode(Qt.TransformationMode.SmoothTransformation)
        self._scene.addItem(self._item)
        self.setScene(self._scene)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        self.setDragMode(QGraphicsView.DragMode.ScrollHandDrag)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.AnchorUnderMouse)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # arrow keys belong to the page
        self.setAccessibleName(self.tr("Image"))
        self.fitted = True
        self._paint_ground()

    def set_pixmap(self, pixmap: QPixmap) -> None:
        """Show another image, fitted."""
        self._item.setPixmap(pixmap)
        self._scene.setSceneRect(self._item.boundingRect())
        self.fit()

    def fit(self) -> None:
        """Whole image in view."""
        self.fitted = True
        if not self._item.pixmap().isNull():
            self.fitInView(self._item, Qt.AspectRatioMode.KeepAspectRatio)

    def actual_size(self) -> None:
        """One image pixel is one screen pixel."""
        self.fitted = False
        self.resetTransform()
        self.scale(1 / self.devicePixelRatioF(), 1 / self.devicePixelRatioF())

    def zoom(self, factor: float) -> None:
        """Make the image ``factor`` times larger, within limits."""
        target = self.scale_factor * factor
        if ZOOM_RANGE[0] <= target <= ZOOM_RANGE[1]:
            self.fitted = False
            self.scale(factor, factor)

    @property
    def scale_factor(self) -> float:
        """Return screen pixels per image pixel."""
        logical = self.transform().map(QPointF(1, 0)).x() - self.transform().map(QPointF(0, 0)).x()
        return logical * self.devicePixelRatioF()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Emit ``opened``."""
        event.accept()
        self.opened.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom about the mouse."""
        notches = event.angleDelta().y() / 120
        if notches:
            self.zoom(ZOOM_STEP**notches)
        event.accept()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep a fitted image fitted."""
        super().resizeEvent(event)
        if self.fitted:
            self.fit()

    def changeEvent(self, event: QEvent) -> None:
        """Take the new theme's ground."""
        super().changeEvent(event)
        if event.type() in THEME_EVENTS:
            self._paint_ground()

    def _paint_ground(self) -> None:
        self.setBackgroundBrush(current_theme()["rail"])


class ImageView(QWidget):
    """The canvas with its buttons; a file that cannot be read leaves a sentence instead."""

    def __init__(self, loader: ImageLoader, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._loader = loader
        self._path: Path | None = None
        self.canvas = ImageCanvas()
        self.message = PlainLabel(role="empty", wrap=True)
        self.message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.fit_button = self._button(self.tr("Fit"), self.tr("Fit the image to the view"), self.canvas.fit)
        self.full_button = self._button("100%", self.tr("Show the image at 100%"), self.canvas.actual_size)
        buttons = FlowLayout()
        buttons.addWidget(self.fit_button)
        buttons.addWidget(self.full_button)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.canvas, 1)
        layout.addWidget(self.message, 1)
        layout.addLayout(buttons)
        loader.loaded.connect(self._on_loaded)
        loader.failed.connect(self._on_failed)
        self._show_text("")

    @property
    def path(self) -> Path | None:
        """Return the file that is shown; None if there is none."""
        return self._path

    def show_path(self, path: Path | None) -> None:
        """Show this file's image as soon as it is read; the last one stays until then."""
        self._path = path
        if path is None:
            self._show_text(self.tr("No image selected."))
        elif (pixmap := self._loader.pixmap(path)) is not None:
            self._show(pixmap)
        elif problem := self._loader.problem(path):
            self._show_text(problem)

    def show_text(self, text: str) -> None:
        """Show a sentence instead of an image."""
        self._path = None
        self._show_text(text)

    def _button(self, text: str, name: str, action: object) -> QPushButton:
        button = QPushButton(text)
        button.setAccessibleName(name)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(action)
        return button

    def _on_loaded(self, path: Path, side: int) -> None:
        pixmap = self._loader.pixmap(path, side)
        if path == self._path and side == VIEW_SIDE and pixmap is not None:
            self._show(pixmap)

    def _on_failed(self, path: Path, side: int, problem: str) -> None:
        if path == self._path and side == VIEW_SIDE:
            self._show_text(problem)

    def _show(self, pixmap: QPixmap) -> None:
        self.message.hide()
        self.canvas.show()
        self.canvas.set_pixmap(pixmap)

    def _show_text(self, text: str) -> None:
        self.canvas.hide()
        self.message.setText(text)
        self.message.show()
