"""The window's language: a translation from ``resources/translations`` if available, else English."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

import resources

_FOLDER = Path(resources.__file__).parent / "translations"


def translate_window(app: QApplication, locale: QLocale | None = None) -> list[QTranslator]:
    """Install the translations for the locale (the system's if None): Qt's and the program's texts.

    Returns:
        The translators installed; they belong to the application.
    """
    language = locale if locale is not None else QLocale.system()
    if language.language() == QLocale.Language.English:
        return []
    installed: list[QTranslator] = []
    places = (("qtbase", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)), ("score-studio", str(_FOLDER)))
    for name, folder in places:
        translator = QTranslator(app)
        if translator.load(language, name, "_", folder):
            app.installTranslator(translator)
            installed.append(translator)
    return installed
