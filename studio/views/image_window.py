"""A separate window that shows one image."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from studio.text import window_title
from studio.widgets.flow_layout import FlowLayout
from studio.widgets.image_loader import ImageLoader
from studio.widgets.image_view import ImageView
from studio.widgets.labels import ElidedLabel
from studio.widgets.studio_dialog import StudioDialog

SIZE = (1000, 740)


class ImageWindow(StudioDialog):
    """A non-modal window. Left and Right step through the page's list, Escape closes. One for each page."""

    def __init__(
        self,
        loader: ImageLoader,
        step: Callable[[int], object] | None,
        parent: QWidget,
        chat: Callable[[], object] | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._step, self._chat = step, chat
        self.view = ImageView(loader)
        self.name = ElidedLabel(role="subtitle")
        self.back = self._button(self.tr("Previous"), lambda: self._go(-1))
        self.next = self._button(self.tr("Next"), lambda: self._go(1))
        for button in (self.back, self.next):
            button.setVisible(step is not None)
        self.chat = self._button(self.tr("Chat about this image…"), self._begin_chat)
        self.chat.setVisible(chat is not None)
        head = FlowLayout()
        head.addWidget(self.name, 1)
        head.addWidget(self.chat)
        head.addWidget(self.back)
        head.addWidget(self.next)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        column.addLayout(head)
        column.addWidget(self.view, 1)
        self.set_size(*SIZE)

    @classmethod
    def of(cls, page: QWidget) -> ImageWindow | None:
        """Return the page's open window."""
        return next(
            (
                each
                for each in page.findChildren(cls, options=Qt.FindChildOption.FindDirectChildrenOnly)
                if each.isVisible()
            ),
            None,
        )

    @classmethod
    def show_for(
        cls,
        page: QWidget,
        loader: ImageLoader,
        path: Path,
        name: str,
        step: Callable[[int], object] | None,
        chat: Callable[[], object] | None = None,
    ) -> ImageWindow:
        """Show an image in the page's window; create it if needed.

        Args:
            page: the parent.
            loader: reads the image.
            path: the file.
            name: shown above it.
            step: moves the selection in the page's list; the page then calls :meth:`follow`. None: there is no list.
            chat: opens a chat about the page's image; None where there is none.
        """
        window = cls.of(page) or cls(loader, step, page, chat)
        window.show_image(path, name)
        window.show()
        window.raise_()
        window.activateWindow()
        window.setFocus()  # not a button, which would take the arrows
        return window

    @classmethod
    def open_from(cls, view: ImageView, owner: QWidget, loader: ImageLoader) -> None:
        """Have a double click on a view show its image in a window of the owner's own."""

        def show() -> None:
            if view.path is not None:
                cls.show_for(owner, loader, view.path, view.path.name, None)

        view.canvas.opened.connect(show)

    @classmethod
    def follow(cls, page: QWidget, path: Path, name: str) -> None:
        """Show another image, if the page's window is open."""
        window = cls.of(page)
        if window is not None:
            window.show_image(path, name)

    def show_image(self, path: Path, name: str) -> None:
        """Show this image."""
        self.name.setText(name)
        self.setWindowTitle(window_title(name))
        self.view.show_path(path)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and Right step, O closes as it has opened, T opens a chat."""
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        key = Qt.Key(event.key())
        if key in steps:
            self._go(steps[key])
        elif key == Qt.Key.Key_O:
            self.close()
        elif key == Qt.Key.Key_T:
            self._begin_chat()
        else:
            super().keyPressEvent(event)

    def _go(self, by: int) -> None:
        if self._step is not None:
            self._step(by)

    def _begin_chat(self) -> None:
        if self._chat is not None:
            self._chat()

    def _button(self, text: str, act: Callable[[], object]) -> QPushButton:
        button = QPushButton(text)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setAutoDefault(False)
        button.clicked.connect(lambda _checked: act())
        return button
