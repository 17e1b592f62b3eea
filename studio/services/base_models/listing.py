"""The catalogue as it is for this machine: what is here already, what fits, and what the hub says today.

No Qt, no torch.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from engine.contract import hub_cache, hub_client
from engine.contract.context import StageError
from studio.services.base_models.catalogue import CatalogueModel, catalogue
from studio.services.base_models.memory_fit import Machine, MemoryFit, memory_fit
from studio.services.settings.schema import Settings


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """One model to choose.

    Attributes:
        model: what is known of it.
        here: whether it is completely on this machine.
        bytes: to download, or on this machine.
        gated: whether the hub asks for an agreement first.
        fit: how it fits into the memory; None while that is not known.
        confirmed: whether ``bytes`` and ``gated`` are what the hub said, not the catalogue's.
    """

    model: CatalogueModel
    here: bool
    bytes: int
    gated: bool
    fit: MemoryFit | None = None
    confirmed: bool = False


def choices(settings: Settings, machine: Machine | None) -> list[ModelChoice]:
    """Return all models of the catalogue; without a machine, nothing is said about memory."""
    return [
        ModelChoice(
            model=model,
            here=hub_cache.snapshot(model.id, None) is not None,
            bytes=model.bytes,
            gated=model.gated,
            fit=None if machine is None else memory_fit(model, machine, settings),
        )
        for model in catalogue()
    ]


def confirmed(found: Sequence[ModelChoice], stopped: Callable[[], bool]) -> list[ModelChoice]:
    """Return the choices with the sizes and the access that the hub reports; takes seconds and needs the network.

    Models on this machine are not asked for. The hub is asked no more once it cannot be reached, and what it does not
    answer stays as it was.
    """
    answered, reachable = [], not hub_cache.is_offline()
    for choice in found:
        if reachable and not choice.here and not stopped():
            try:
                published = hub_client.look_up(choice.model.id, None)
            except StageError as error:
                reachable = error.__cause__ is None or not hub_client.is_unreachable(error.__cause__)
            else:
                answered.append(replace(choice, bytes=published.size, gated=published.gated, confirmed=True))
                continue
        answered.append(choice)
    return answered
