"""Texts of the window that depend on a number: "1 pair", "2 pairs"."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication


def plural(context: str, many: str, one: str, count: int) -> str:
    """Return the text for ``count`` things, with ``{n}`` replaced by the number ("12,000").

    English needs no translation file: ``one`` is used for 1, ``many`` for any other number. Other languages translate
    ``many`` with all their plural forms: ``scripts/translations`` collects each call as a message with plural forms,
    ``one`` being its comment.
    """
    text = QCoreApplication.translate(context, many, one, count)
    if count == 1 and text == many:
        text = one
    return text.replace("{n}", f"{count:,}")
