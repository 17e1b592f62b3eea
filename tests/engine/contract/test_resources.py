"""Where resource files lie."""

from __future__ import annotations

import json

from engine.contract.resources import resource_path


def test_that_the_lexicon_is_found_from_any_folder() -> None:
    assert resource_path("judge", "lexicon.json").is_absolute()
    assert json.loads(resource_path("judge", "lexicon.json").read_text(encoding="utf-8"))["opinions"]
