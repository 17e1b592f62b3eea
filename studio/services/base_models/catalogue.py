"""The models that the program knows: families, sizes, licences and downloads, before any is on this machine.

From ``resources/models/catalogue.toml``, which names its sources. No Qt, no torch, no network.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from typing import Any

from engine.contract.memory import Shapes
from engine.contract.resources import resource_path
from studio.services.base_models.types import ModelFacts
from studio.services.settings.toml_file import is_from_paper, presets_made_for


@dataclass(frozen=True, slots=True)
class CatalogueModel:
    """One model of the hub.

    Attributes:
        id: its repository.
        family: its authors' name of the family, as in ``engine.families.registry``.
        bytes: size of the download, by the number of parameters and the type of the published weights.
        licence: as its card names it.
        gated: whether the hub asks for an agreement before it lets anybody download it.
        shapes: what its memory depends on.
        tokens, patches: of the language model and of the vision tower for a photograph of 448 x 299 pixels.
    """

    id: str
    family: str
    bytes: int
    licence: str
    gated: bool
    shapes: Shapes
    tokens: int
    patches: int

    @property
    def parameters(self) -> int:
        """Return the number of weights."""
        return self.shapes.parameters

    @property
    def facts(self) -> ModelFacts:
        """Return the facts that would be read from the model's files."""
        own = self.shapes
        return ModelFacts(
            parameters=own.parameters,
            stored_bytes=self.bytes,
            linears=own.linears,
            hidden=own.hidden,
            layers=own.layers,
            heads=own.heads,
            kv_heads=own.kv_heads,
            head_size=own.head_size,
            vocabulary=own.vocabulary,
            image_tokens=self.tokens,
        )


@cache
def catalogue() -> tuple[CatalogueModel, ...]:
    """Return all models, families in the order of docs/MODELS.md, small models first."""
    data = tomllib.loads(resource_path("models", "catalogue.toml").read_text("utf-8"))
    return tuple(_model(row) for row in data["model"])


def known_model(name: str) -> CatalogueModel | None:
    """Return the model with this hub id; None if the catalogue does not have it."""
    return next((model for model in catalogue() if model.id == name), None)


def preset_for(name: str) -> str:
    """Return the preset to begin with for a hub id: the paper's for AVA if it has several; "" if it has none."""
    made = presets_made_for(name)
    return next((preset for preset in made if is_from_paper(preset) and preset.startswith("ava-")), (made or [""])[0])


def _model(row: dict[str, Any]) -> CatalogueModel:
    layers, hidden, inner, heads, kv_heads, head_size, vocabulary = row["text"]
    vision_layers, vision_hidden, vision_inner, patches = row["vision"]
    query, key = heads * head_size, kv_heads * head_size
    attention = [(hidden, query), (hidden, key), (hidden, key), (query, hidden)]
    linears = (*attention, (hidden, inner), (hidden, inner), (inner, hidden))
    gemma = row["family"].startswith("Gemma")
    shapes = Shapes(
        parameters=row["parameters"],
        linears=linears * layers,
        layers=layers,
        hidden=hidden,
        heads=heads,
        kv_heads=kv_heads,
        head_size=head_size,
        vocabulary=vocabulary,
        norms=4 if gemma else 2,
        head_norms=gemma or "Qwen3" in row["family"] or "InternVL3_5" in row["id"],
        vision_layers=vision_layers,
        vision_hidden=vision_hidden,
        vision_inner=vision_inner,
    )
    return CatalogueModel(
        row["id"], row["family"], row["bytes"], row["licence"], row["gated"], shapes, row["tokens"], patches
    )
