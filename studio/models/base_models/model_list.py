"""Table model of the models to choose from: size, licence, access, download, and whether they fit."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QCoreApplication, QObject, Qt

from studio.models.table import SORT_ROLE, STATE_ROLE, RowTableModel
from studio.plural import plural
from studio.services.base_models.listing import ModelChoice
from studio.services.base_models.memory_fit import MemoryFit

COL_MODEL, COL_SIZE, COL_FITS, COL_DOWNLOAD, COL_LICENCE, COL_FAMILY = range(6)
SEARCH_ROLE = SORT_ROLE + 20
"""All words by which a model is found."""
translate = QCoreApplication.translate


class BaseModelsModel(RowTableModel[ModelChoice]):
    """One row for each model of the catalogue."""

    numeric = frozenset({COL_SIZE, COL_DOWNLOAD})

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = (
            self.tr("Model"),
            self.tr("Parameters"),
            self.tr("Fits this machine"),
            self.tr("Download"),
            self.tr("Licence"),
            self.tr("Family"),
        )
        self.tips = {
            COL_FITS: self.tr(
                "By the estimate of memory for these settings, and how many pairs a training takes at once"
            ),
            COL_DOWNLOAD: self.tr("Only once for all projects; confirmed by the hub where it answers"),
            COL_LICENCE: self.tr("As the model's card names it; read the card before you publish anything"),
        }

    def identity(self, row: ModelChoice) -> object:
        """Return the model."""
        return row.model.id

    def cell(self, row: ModelChoice, column: int, role: int) -> Any:
        """Return text, sort value, words to search, and the sign of what fits."""
        if role == SEARCH_ROLE:
            return f"{row.model.id} {row.model.family} {row.model.licence} {parameters_text(row.model.parameters)}"
        if role == STATE_ROLE:
            return _fit_state(row.fit) if column == COL_FITS else None
        if role == Qt.ItemDataRole.ToolTipRole and column == COL_FITS and row.fit is not None:
            return fit_explanation(row.fit)
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(row, column)
        return self._sort(row, column) if role == SORT_ROLE else None

    def _text(self, row: ModelChoice, column: int) -> str:
        match column:
            case 0:
                return row.model.id
            case 1:
                return parameters_text(row.model.parameters)
            case 2:
                return self.tr("checking…") if row.fit is None else fit_text(row.fit)
            case 3:
                return self._download(row)
            case 4:
                return row.model.licence
            case _:
                return row.model.family

    def _download(self, row: ModelChoice) -> str:
        if row.here:
            return self.tr("on this machine")
        size = f"{row.bytes / 1e9:.1f} GB"
        about = size if row.confirmed else self.tr("about {0}").format(size)
        return self.tr("{0}, gated").format(about) if row.gated else about

    def _sort(self, row: ModelChoice, column: int) -> str | float:
        match column:
            case 1:
                return float(row.model.parameters)
            case 2:
                return 0.0 if row.fit is None else row.fit.needed
            case 3:
                return 0.0 if row.here else float(row.bytes)
            case _:
                return self._text(row, column).casefold()


def parameters_text(count: int) -> str:
    """Return a number of parameters as model names write it: "7.1B", "256M"."""
    return f"{count / 1e9:.1f}B" if count >= 1e9 else f"{count / 1e6:.0f}M"


def fit_text(fit: MemoryFit) -> str:
    """Return in a few words whether a model fits."""
    if fit.fits:
        text = plural("BaseModels", "{n} pairs at a time", "{n} pair at a time", fit.pairs)
        return text if fit.machine.gpu else translate("BaseModels", "{0}, slowly").format(text)
    needed = f"{fit.needed / 1e9:.0f}"
    if fit.four_bit:
        return translate("BaseModels", "with 4-bit weights only").format(needed)
    return translate("BaseModels", "needs {0} GB, {1} GB here").format(needed, f"{fit.machine.memory / 1e9:.0f}")


def fit_explanation(fit: MemoryFit) -> str:
    """Return what the estimate says, for a tool tip."""
    lines = [
        translate("BaseModels", "{0} with {1} GB of memory.").format(
            fit.machine.name, f"{fit.machine.memory / 1e9:.0f}"
        ),
        translate("BaseModels", "Training {0} pairs at a time{1}, writing for {2} images at a time: {3} GB.").format(
            fit.pairs,
            translate("BaseModels", " with gradient checkpointing") if fit.checkpointing else "",
            fit.images,
            f"{fit.needed / 1e9:.1f}",
        ),
    ]
    if fit.four_bit:
        lines.append(translate("BaseModels", "Set Quantization to 4bit, and install the extra 4bit."))
    if not fit.machine.gpu:
        lines.append(translate("BaseModels", "Without a GPU a training of thousands of images takes days."))
    return " ".join(lines)


def _fit_state(fit: MemoryFit | None) -> str | None:
    if fit is None:
        return None
    return "done" if fit.fits else "paused" if fit.four_bit else "failed"
