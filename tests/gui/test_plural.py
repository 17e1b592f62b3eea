"""Plural forms: English without a translation file, other languages through their numerus forms."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QTranslator
from PySide6.QtWidgets import QApplication

from studio.plural import plural


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0 pairs shown"), (1, "1 pair shown"), (2, "2 pairs shown"), (12000, "12,000 pairs shown")]
)
def test_that_english_has_the_right_form(count: int, text: str) -> None:
    assert plural("Test", "{n} pairs shown", "{n} pair shown", count) == text


class Polish(QTranslator):
    """A translation with three forms, as a compiled file would give them."""

    def isEmpty(self) -> bool:
        """Return False: the translator has texts."""
        return False

    def translate(self, context: str, text: str, disambiguation: str | None = None, n: int = -1) -> str:
        """Return the form for the number."""
        if (context, text, disambiguation) != ("Test", "{n} pairs", "{n} pair"):
            return text
        return "{n} para" if n == 1 else "{n} pary" if n in (2, 3, 4) else "{n} par"


def test_that_a_translation_chooses_its_own_form(qapp: QApplication) -> None:
    translator = Polish()
    qapp.installTranslator(translator)
    try:
        assert [plural("Test", "{n} pairs", "{n} pair", n) for n in (1, 2, 5)] == ["1 para", "2 pary", "5 par"]
    finally:
        qapp.removeTranslator(translator)
