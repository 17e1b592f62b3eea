"""What the sections of the settings are called on the screen."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication


def setting_titles() -> dict[str, str]:
    """Section of ``studio.toml`` to title."""

    def tr(text: str) -> str:
        return QCoreApplication.translate("SettingTitles", text)

    return {
        "project": tr("Project"),
        "model": tr("Base model"),
        "images": tr("Images"),
        "prompt": tr("Prompt"),
        "import": tr("Score table (used when the project was made)"),
        "split": tr("Split (used when the project was made)"),
        "pairs": tr("Pair generation"),
        "training": tr("Training"),
        "training.consistency": tr("Consistency training, where it differs"),
        "merge": tr("Merging"),
        "predict": tr("Prediction"),
        "judge": tr("Judge (it never feeds training)"),
        "measure": tr("Measuring"),
        "loop": tr("Loop"),
    }
