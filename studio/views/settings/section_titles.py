"""What the sections of the settings are called on the screen."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

translate = QCoreApplication.translate


def setting_titles() -> dict[str, str]:
    """Section of ``studio.toml`` to title."""
    return {
        "project": translate("SettingTitles", "Project"),
        "model": translate("SettingTitles", "Base model"),
        "images": translate("SettingTitles", "Images"),
        "prompt": translate("SettingTitles", "Prompt"),
        "import": translate("SettingTitles", "Score table (used when the project was made)"),
        "split": translate("SettingTitles", "Split (used when the project was made)"),
        "pairs": translate("SettingTitles", "Pair generation"),
        "training": translate("SettingTitles", "Training"),
        "training.consistency": translate("SettingTitles", "Consistency training, where it differs"),
        "merge": translate("SettingTitles", "Merging"),
        "predict": translate("SettingTitles", "Prediction"),
        "judge": translate("SettingTitles", "Judge (it never feeds training)"),
        "measure": translate("SettingTitles", "Measuring"),
        "loop": translate("SettingTitles", "Loop"),
    }
