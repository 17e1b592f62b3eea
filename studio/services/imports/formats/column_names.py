"""Which column of a table means what: by the settings' names, written in any case, else by the usual names."""

from __future__ import annotations

from collections.abc import Sequence

from studio.services.errors import StudioError
from studio.services.imports.types import Columns
from studio.services.settings.schema import ImportSettings

NEEDED = ("image", "score")
NO_COLUMN = "(none)"
"""The name in the settings of an optional column that is not to be used."""
NAMES = {
    "image": ("image", "path", "file", "filename", "file_name", "image_path", "image_name", "img", "img_path",
              "img_name", "images", "photo", "dist_img", "image_file", "name"),
    "score": ("score", "gt_score", "mean_score", "mean", "mos", "dmos", "rating", "mean_rating", "value", "label",
              "aesthetic_score", "quality_score", "overall_score", "id_score", "answer_score", "answer_level"),
    "split": ("split", "set", "subset", "fold", "partition"),
    "group": ("group", "group_key", "scene", "photographer", "user", "album", "ref_img"),
    "sd": ("sd", "std", "score_sd", "stdev", "standard_deviation", "mos_sd"),
    "votes": ("votes", "n_votes", "num_votes", "vote_count", "c_total"),
}  # fmt: skip
"""The usual names of each role, most telling first. The last three scores are those of ``json_rows``."""
_GUESSED = ("image", "score", "split", "sd", "votes")
"""Roles that are guessed where nobody chooses; a group that was not meant as one would force images together."""


def find_column(header: Sequence[str], name: str) -> str | None:
    """Return the column of this name: written exactly so, else the only one that differs in case, blanks or _."""
    if name in header:
        return name
    wanted = _plain(name)
    alike = [column for column in header if _plain(column) == wanted]
    return alike[0] if len(alike) == 1 else None


def named(header: Sequence[str], role: str) -> str:
    """Return the column with the first usual name of a role; of names inside of others (a.score) only without one."""
    inner = [column.rpartition(".")[2] for column in header]
    whole = next((column for name in NAMES[role] if (column := find_column(header, name)) is not None), "")
    if whole or not any("." in column for column in header):
        return whole
    found = (find_column(inner, name) for name in NAMES[role])
    last = next((name for name in found if name is not None and inner.count(name) == 1), None)
    return "" if last is None else header[inner.index(last)]


def resolved(columns: ImportSettings, guess: Columns) -> ImportSettings:
    """Return the settings with the names that the table uses; a role without a column keeps its name.

    A column that the settings do not name is guessed, unless the table has one of the default name, or several.
    """
    found: dict[str, str] = {}
    for role in NAMES:
        name = getattr(columns, role)
        column = find_column(guess.names, name)
        several = column is None and sum(_plain(one) == _plain(name) for one in guess.names) > 1
        if column is None and role in _GUESSED and not several and not _is_chosen(columns, role):
            column = getattr(guess, role) or None
        if column is not None:
            found[role] = column
    return columns.model_copy(update=found)


def check_optional(columns: ImportSettings, header: Sequence[str]) -> None:
    """Check that each optional column that the settings name exists.

    Raises:
        StudioError: one does not.
    """
    for role in NAMES:
        name = getattr(columns, role)
        if role in NEEDED or not _is_chosen(columns, role) or name == NO_COLUMN:
            continue
        if find_column(header, name) is None:
            known = ", ".join(header) or "none"
            what = f"The table has no column {name!r} for {role}; its columns are: {known}."
            raise StudioError(what, "Correct the name, or leave it out.")


def _is_chosen(columns: ImportSettings, role: str) -> bool:
    """Return whether the settings name a column of their own; a file of settings may name the defaults."""
    return bool(getattr(columns, role) != ImportSettings.model_fields[role].default)


def _plain(name: str) -> str:
    return " ".join(name.casefold().replace("_", " ").replace("-", " ").split())
