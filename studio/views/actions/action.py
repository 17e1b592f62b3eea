"""Actions as QActions, in sets: a set belongs to a page or the window, and its keys work while that is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from studio.text import button_text
from studio.views.actions.definition import ActionDefinition
from studio.widgets.icons import icon


class StudioAction(QAction):
    """One action of the window. Its state follows its definition whenever :meth:`update_state` is called.

    Triggered from a menu or the palette while its scope is hidden, it shows its scope first.
    """

    def __init__(self, definition: ActionDefinition, scope: QWidget, reveal: Callable[[], object] | None) -> None:
        super().__init__(scope)
        self.definition = definition
        self._scope, self._reveal = scope, reveal
        self.setObjectName(definition.id)
        self.setMenuRole(definition.role)
        self.setToolTip(definition.help or definition.text)  # never a text that could be taken for HTML
        self.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        self.setAutoRepeat(definition.repeats)
        self.setCheckable(definition.checked is not None)
        self.triggered.connect(self._on_triggered)
        scope.addAction(self)
        self.update_state()
        self.set_keys_on(False)

    @property
    def plain_text(self) -> str:
        """Return the current text without mnemonics."""
        return self.text().replace("&&", "&")

    @property
    def phrase(self) -> str:
        """Return the text for places without a menu's context."""
        return self.definition.phrase or self.plain_text

    @property
    def key_texts(self) -> list[str]:
        """Return all its keys, as this system writes them."""
        native = QKeySequence.SequenceFormat.NativeText
        return [QKeySequence(key).toString(native) for key in self.definition.keys]

    def set_keys_on(self, on: bool) -> None:
        """Enable or disable its keys."""
        self.setShortcuts([QKeySequence(key) for key in self.definition.keys] if on else [])
        if self.definition.only_here:
            self.setVisible(on)

    def update_state(self) -> None:
        """Update text, tool tip and state."""
        definition = self.definition
        text = definition.text if definition.label is None else button_text(definition.label())
        if text != self.text():
            self.setText(text)
        self.setEnabled(definition.enabled())
        if definition.reason is not None:
            why = "" if self.isEnabled() else definition.reason()
            self.setToolTip(why or definition.help or definition.text)
        if definition.checked is not None:
            self.setChecked(definition.checked())

    def renew_icon(self) -> None:
        """Take the icon in the colours of the present theme."""
        self.setIcon(icon(self.definition.icon))

    def _on_triggered(self, _checked: bool) -> None:
        if self._reveal is not None and not self._scope.isVisible():
            self._reveal()
        self.definition.run()
        if self.definition.checked is not None:  # the click has toggled it; show the actual state
            self.setChecked(self.definition.checked())


class ActionSet(QObject):
    """The actions of one scope: the window, an open project, a page or a part of one. GUI thread only."""

    def __init__(
        self,
        scope: QWidget,
        title: str,
        definitions: Sequence[ActionDefinition],
        reveal: Callable[[], object] | None = None,
    ) -> None:
        super().__init__(scope)
        self.title = title
        self._actions = {each.id: StudioAction(each, scope, reveal) for each in definitions}
        self.renew_icons()

    def __getitem__(self, name: str) -> StudioAction:
        return self._actions[name]

    def __iter__(self) -> Iterator[StudioAction]:
        return iter(self._actions.values())

    def update(self) -> None:
        """Update every action's text and state."""
        for action in self:
            action.update_state()

    def set_keys_on(self, on: bool) -> None:
        """Enable or disable all keys, when the scope is shown or hidden."""
        for action in self:
            action.set_keys_on(on)

    def renew_icons(self) -> None:
        """Take the icons of the present theme."""
        for action in self:
            action.renew_icon()
