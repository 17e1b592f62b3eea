"""The pages of an open project in the order of the rail: the one place that lists them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from studio.views.page import Page
from studio.views.workspace import Workspace

translate = QCoreApplication.translate
MakePage = Callable[[Workspace, QWidget | None], Page]
"""A page's class: makes it of the project, in a widget."""


@dataclass(frozen=True, slots=True)
class PageDefinition:
    """One page. Rail, menus, palette, keys and the steps in which the modules are loaded come from it.

    Attributes:
        name: its name in settings and in the action "project.go-<name>".
        title: its name on the screen, translated.
        synonyms: other words that find it in the palette, translated.
        load: imports its module, which takes a while the first time, and returns its class.
        icon: a file of ``resources/icons`` without its suffix; "" is ``name``.
    """

    name: str
    title: str
    synonyms: str
    load: Callable[[], MakePage]
    icon: str = ""


def page_definitions() -> tuple[PageDefinition, ...]:
    """The pages, with their texts in the language that the window has now."""
    return (
        PageDefinition(
            "overview",
            translate("Shell", "Overview"),
            translate("Actions", "home results metrics charts verdict SRCC"),
            _overview,
        ),
        PageDefinition(
            "images",
            translate("Shell", "Images"),
            translate("Actions", "photos pictures gallery grid browse score"),
            _images,
        ),
        PageDefinition(
            "pairs",
            translate("Shell", "Pairs"),
            translate("Actions", "review explanations veto rate"),
            _pairs,
        ),
        PageDefinition(
            "compare",
            translate("Shell", "Compare"),
            translate("Actions", "versions answers side by side score"),
            _compare,
        ),
        PageDefinition(
            "score",
            translate("Shell", "Score"),
            translate("Actions", "use model rate folder photos collection stars predict pick"),
            _score,
        ),
        PageDefinition(
            "judges",
            translate("Shell", "Judges"),
            translate("Actions", "grade people agreement kappa consistency usefulness LLM human rate"),
            _judges,
        ),
        PageDefinition(
            "jobs",
            translate("Shell", "Jobs"),
            translate("Actions", "queue training progress log runs"),
            _jobs,
        ),
        PageDefinition(
            "models",
            translate("Shell", "Models"),
            translate("Actions", "versions adapters checkpoints"),
            _models,
        ),
        PageDefinition(
            "experiments",
            translate("Shell", "Experiments"),
            translate("Actions", "ablations merges search tune compare recipes lines table 3"),
            _experiments,
        ),
        PageDefinition(
            "settings",
            translate("Shell", "Settings"),
            translate("Actions", "preferences options configuration hyperparameters"),
            _settings,
        ),
    )


def _overview() -> MakePage:
    from studio.views.overview.overview_page import OverviewPage

    return OverviewPage


def _images() -> MakePage:
    from studio.views.images.images_page import ImagesPage

    return ImagesPage


def _pairs() -> MakePage:
    from studio.views.pairs.pairs_page import PairsPage

    return PairsPage


def _compare() -> MakePage:
    from studio.views.compare.compare_page import ComparePage

    return ComparePage


def _score() -> MakePage:
    from studio.views.score.score_page import ScorePage

    return ScorePage


def _judges() -> MakePage:
    from studio.views.judges.judges_page import JudgesPage

    return JudgesPage


def _jobs() -> MakePage:
    from studio.views.jobs.jobs_page import JobsPage

    return JobsPage


def _models() -> MakePage:
    from studio.views.models.models_page import ModelsPage

    return ModelsPage


def _experiments() -> MakePage:
    from studio.views.experiments.experiments_page import ExperimentsPage

    return ExperimentsPage


def _settings() -> MakePage:
    from studio.views.settings.settings_page import SettingsPage

    return SettingsPage
