"""Experiments are measured really: their rows are compared with other versions, which the fake engine leaves out."""

from __future__ import annotations

import pytest
from support import fake_engine


@pytest.fixture(autouse=True)
def really_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fake_engine, "_ACTED", ("generate", "predict", "judge"))
