"""Several adapters on one loaded base model, one of them active at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from peft import PeftModel

from engine.contract.context import StageError
from engine.families.adapters import ADAPTER_NAME, UNFIT, attach, check_folder
from engine.families.vlm import VisionLanguageModel

KEPT = 3
"""Adapters that stay loaded; the one used longest ago makes room."""


class AdapterSwitch:
    """Answers with one adapter or another. The base is loaded once; adapters stay apart from its weights."""

    def __init__(self, vlm: VisionLanguageModel) -> None:
        self._vlm = vlm
        self._names: dict[str, str] = {}
        """Of the loaded adapters by folder, the one used last at the end."""
        self._made = 0

    @property
    def loaded(self) -> list[str]:
        """Return the folders of the loaded adapters, the one used last at the end."""
        return list(self._names)

    @contextmanager
    def using(self, folder: str | None) -> Iterator[None]:
        """Inside the block the model has the adapter of this folder; None: the base alone.

        Raises:
            StageError: the folder holds no adapter, or one for another model.
        """
        if folder is not None:
            self._activate(folder)
        model: Any = self._vlm.model
        with model.disable_adapter() if folder is None and isinstance(model, PeftModel) else nullcontext():
            yield

    def _activate(self, folder: str) -> None:
        name = self._names.pop(folder) if folder in self._names else self._load(folder)
        self._names[folder] = name
        self._vlm.model.set_adapter(name)

    def _load(self, folder: str) -> str:
        if not isinstance(self._vlm.model, PeftModel):
            self._vlm.model = attach(self._vlm.model, folder, trainable=False)
            self._vlm.model.train(False)
            return ADAPTER_NAME
        check_folder(folder)
        self._made += 1
        name = f"version{self._made}"
        try:
            self._vlm.model.load_adapter(folder, adapter_name=name, is_trainable=False, local_files_only=True)
        except UNFIT as error:
            raise StageError(
                f"The adapter {folder} does not fit this model: {error}",
                "Use the base model that the adapter was trained on.",
            ) from error
        self._vlm.model.train(False)
        while len(self._names) >= KEPT:
            self._vlm.model.delete_adapter(self._names.pop(next(iter(self._names))))
        return name
