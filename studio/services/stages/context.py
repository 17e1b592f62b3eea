"""The input for building a stage's spec and rows: a database view, the project, frozen settings, the stage."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from db.engine import Session
from db.models import ModelVersion
from db.queries import images, versions
from engine.contract.specs import ModelSpec, VisionCache
from studio.services.base_models import hub_models
from studio.services.base_models.suitability import model_location
from studio.services.errors import StudioError
from studio.services.projects.project import Project
from studio.services.recipes.stage_options import StageOptions
from studio.services.recipes.version_names import MAIN, final_version
from studio.services.settings.schema import Settings


@dataclass(frozen=True, slots=True)
class StageContext:
    """One stage to be prepared. ``settings`` are those of its job (None: there is no job)."""

    session: Session
    project: Project
    settings: Settings
    iteration: int
    version_name: str | None
    job_id: int | None = None
    line: str = MAIN
    options: StageOptions = field(default_factory=StageOptions)

    @property
    def version(self) -> str:
        """Return the version that the stage makes or evaluates."""
        if self.version_name is None:
            raise ValueError("this stage has no version")
        return self.version_name

    @property
    def previous(self) -> str:
        """Return the version that the iteration starts from: it generates the pairs."""
        return previous_version(self.iteration, self.line, self.options)

    @property
    def pairs_line(self) -> str:
        """Return the line whose pairs the iteration is trained on."""
        return self.options.pairs_line or self.line

    def model(self, version: str | None = None) -> ModelSpec:
        """Return how the engine loads a version; None is the base without an adapter."""
        settings = self.settings.model
        return ModelSpec(
            base=model_location(settings.base, self.project.root),
            revision=hub_models.commit(self.session, settings.base, settings.revision) or settings.revision,
            adapter=None if version is None else self.adapter(version),
            dtype=settings.dtype,
            device=settings.device,
            threads=settings.threads,
            attention=settings.attention,
            quantization=settings.quantization,
        )

    def vision_cache(self) -> VisionCache:
        """Return where what the vision tower makes of images is kept."""
        return VisionCache(
            str(self.project.root / "cache" / "vision"),
            round(self.settings.compute.vision_cache_gb * 1e9),
            images.count_images(self.session),
        )

    def row(self, version: str) -> ModelVersion:
        """Return the version's row.

        Raises:
            StudioError: it does not exist yet.
        """
        found = versions.by_name(self.session, version)
        if found is None:
            raise StudioError(f"The version {version} does not exist yet.", "Run the stage that makes it first.")
        return found

    def adapter(self, version: str) -> str | None:
        """Return the absolute folder of a version's adapter; None for the base.

        Raises:
            StudioError: the version does not exist yet, or its folder is missing.
        """
        relative = self.row(version).adapter
        if relative is None:
            return None
        folder: Path = self.project.root / relative
        if not folder.is_dir():
            message = f"The adapter of {version} is not in {folder}."
            raise StudioError(message, "Restore the folder, and check the project with: score-studio check DIR")
        return str(folder)


def previous_version(iteration: int, line: str, options: StageOptions) -> str:
    """Return the version that an iteration of a line starts from."""
    return options.start or final_version(iteration - 1, line)
