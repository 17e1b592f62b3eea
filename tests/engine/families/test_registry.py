"""The table of families against the presets that come with the program."""

from __future__ import annotations

import tomllib

from engine.contract.resources import resource_path
from engine.families.registry import FAMILIES


def test_that_every_presets_model_is_an_example_of_a_family_and_every_example_has_a_preset() -> None:
    files = [file for file in resource_path("presets").glob("*.toml") if file.stem != "demo"]
    bases = {tomllib.loads(file.read_text(encoding="utf-8"))["model"]["base"] for file in files}
    assert bases == {example for family in FAMILIES for example in family.examples}


def test_that_no_type_belongs_to_two_families() -> None:
    types = [model_type for family in FAMILIES for model_type in family.model_types]
    assert len(types) == len(set(types))
