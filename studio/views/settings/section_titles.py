"""Display names of the settings sections."""

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
        "import": translate("SettingTitles", "Score table (used at project creation)"),
        "split": translate("SettingTitles", "Split (used at project creation)"),
        "pairs": translate("SettingTitles", "Pair generation"),
        "training": translate("SettingTitles", "Training"),
        "training.consistency": translate("SettingTitles", "Consistency training (overrides)"),
        "merge": translate("SettingTitles", "Merging"),
        "predict": translate("SettingTitles", "Prediction"),
        "judge": translate("SettingTitles", "Judge (never used for training)"),
        "measure": translate("SettingTitles", "Evaluation"),
        "probe": translate("SettingTitles", "Faithfulness probe"),
        "chat": translate("SettingTitles", "Chat"),
        "loop": translate("SettingTitles", "Loop"),
        "compute": translate("SettingTitles", "Where jobs run"),
    }
