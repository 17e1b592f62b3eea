"""Say what would be written into which sidecar, before anything is. No Qt, no database."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from studio.services.sidecars.content import has_score, is_described, is_rated, rating_of
from studio.services.sidecars.naming import SidecarNames
from studio.services.sidecars.properties import NotXmp, Property, Value
from studio.services.sidecars.sidecar_files import read_sidecar, reason
from studio.services.sidecars.stars import star_counts
from studio.services.sidecars.types import (
    REJECTED,
    PlannedSidecar,
    SidecarItem,
    SidecarOptions,
    SidecarPreview,
    SkippedFile,
    StarThresholds,
)
from studio.services.sidecars.xmp import read

OnProgress = Callable[[int, int], object]


def plan(
    items: Sequence[SidecarItem], options: SidecarOptions, on_progress: OnProgress = lambda done, total: None
) -> SidecarPreview:
    """Return what would be written. Reads every sidecar that exists; any thread.

    Raises:
        StudioError: a rule for the stars that makes no sense.
        OperationCancelled: raised by ``on_progress``.
    """
    lower = options.origin.lower_is_better
    counts = star_counts(items, options.stars, reject=options.reject, lower_is_better=lower)
    plans = _Plans(items, options, counts.thresholds)
    for number, item in enumerate(items):
        on_progress(number, len(items))
        plans.add(item)
    return SidecarPreview(options, counts, tuple(plans.planned), tuple(plans.skipped), plans.rated, plans.described)


class _Plans:
    def __init__(self, items: Iterable[SidecarItem], options: SidecarOptions, found: StarThresholds | None) -> None:
        self.planned: list[PlannedSidecar] = []
        self.skipped: list[SkippedFile] = []
        self.rated = 0
        self.described = 0
        self._options = options
        self._found = found
        self._names = SidecarNames({one.image for one in items}, options.habit, with_raw=options.with_raw)
        self._taken: dict[Path, Path] = {}

    def add(self, item: SidecarItem) -> None:
        """Plan one image, or say why not."""
        if not item.image.is_file():
            return self._skip(item, "The image is missing.")
        if not has_score(item) and not (self._options.reject and item.pick == REJECTED):
            return self._skip(item, "It has no score.")
        try:
            sidecar = self._names.sidecar(item.image)
        except OSError as error:
            return self._skip(item, f"Its folder cannot be read: {error.strerror or error}.")
        if sidecar.path in self._taken:
            return self._skip(item, f"{sidecar.path.name} is already used by {self._taken[sidecar.path].name}.")
        try:
            data = read_sidecar(sidecar.path)
            there: dict[Property, Value] = read(data) if data is not None else {}
        except (OSError, NotXmp) as error:
            return self._skip(item, reason(error, sidecar.path))
        self._taken[sidecar.path] = item.image
        self.rated += is_rated(there)
        self.described += is_described(there)
        rating = rating_of(item, self._options, self._found)
        self.planned.append(PlannedSidecar(item, sidecar.path, rating, data is not None, sidecar.note))
        return None

    def _skip(self, item: SidecarItem, text: str) -> None:
        self.skipped.append(SkippedFile(item.image, text))
