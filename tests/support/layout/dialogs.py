"""All windows over the main one, to be opened one after the other."""

from __future__ import annotations

from collections.abc import Callable

from studio.views.window.main_window import MainWindow


def dialogs_of_project(window: MainWindow) -> dict[str, Callable[[], object]]:
    """Return what opens each window of the open project, by name; *Pairs* and *Compare* have been shown before."""
    shell = window.shell
    assert shell is not None
    return {
        "judge": shell.overview.judge_versions,
        "probe": shell.overview.probe_versions,
        "suggestions": shell.judges.judge_suggestions,
        "key": shell.settings.enter_judge_key,
        "prompt": shell.settings.show_prompt,
        "models": shell.settings.choose_model,
        "export": shell.export,
        "new experiment": shell.experiments.ask_new,
        "merge": shell.experiments.ask_merges,
        "search": shell.experiments.ask_search,
        "score images": shell.score.new_collection,
        "summary": shell.pairs.tools.show_summary,
        "reasons": shell.pairs.tools.edit_reasons,
        "similar": shell.pairs.tools.show_similar,
        "reviewers": shell.pairs.reviewers.open_window,
        "image": shell.pairs.open_image,
        "chat": shell.compare.chat,
    }


def dialogs(window: MainWindow) -> dict[str, Callable[[], object]]:
    """Return what opens each window, by name; see :func:`dialogs_of_project`."""
    always = {"shortcuts": window.show_keys, "about": window.show_about, "guide": window.show_guide}
    return {**dialogs_of_project(window), **always}
