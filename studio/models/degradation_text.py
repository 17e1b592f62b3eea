"""Names of degradations in the window's language."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from studio.services.probing.types import ALL_DEGRADATIONS

translate = QCoreApplication.translate


def degradation_title(name: str) -> str:
    """Return what people call a degradation; its own name if this version of the program has no such one."""
    return {
        "blur": translate("Degradations", "Blur"),
        "motion_blur": translate("Degradations", "Motion blur"),
        "noise": translate("Degradations", "Noise"),
        "salt_and_pepper": translate("Degradations", "Salt and pepper"),
        "compression": translate("Degradations", "Compression"),
        "pixelation": translate("Degradations", "Pixelation"),
        "underexposure": translate("Degradations", "Underexposure"),
        "overexposure": translate("Degradations", "Overexposure"),
        "low_contrast": translate("Degradations", "Low contrast"),
        "high_contrast": translate("Degradations", "High contrast"),
        "desaturation": translate("Degradations", "Low saturation"),
        "oversaturation": translate("Degradations", "High saturation"),
        "monochrome": translate("Degradations", "Monochrome"),
        "tilt": translate("Degradations", "Tilt"),
        "crop": translate("Degradations", "Crop"),
        "subject_blur": translate("Degradations", "Blurred subject"),
        "subject_mask": translate("Degradations", "Masked subject"),
        ALL_DEGRADATIONS: translate("Degradations", "Average"),
    }.get(name, name)
