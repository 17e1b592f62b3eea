"""What each setting is for people: its title, what it does, its unit, and the values that are usual. No Qt, no torch.

The texts are in ``resources/settings/help.toml``; a translation is the file ``help_<language>.toml`` beside it.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass

from engine.contract.resources import resource_path


@dataclass(frozen=True, slots=True)
class SettingHelp:
    """The texts of one setting.

    Attributes:
        title: its plain name.
        text: what it does and when to change it.
        unit: what its number counts; "" if there is nothing to say.
        usual: the values that are usual, from and to; None if any valid value is.
        below: what a value below the usual ones means; "" if that is no reason to warn.
        above: what a value above them means.
    """

    title: str
    text: str
    unit: str = ""
    usual: tuple[float, float] | None = None
    below: str = ""
    above: str = ""


@functools.cache
def setting_help(language: str = "en") -> Mapping[str, SettingHelp]:
    """Return the help of every setting by path, in a language or, where it is not translated, in English."""
    translated = resource_path("settings", f"help_{language}.toml")
    file = translated if translated.is_file() else resource_path("settings", "help.toml")
    entries = tomllib.loads(file.read_text("utf-8"))
    return {path: _entry(fields) for path, fields in entries.items()}


def unusual_values(texts: Mapping[str, str], language: str = "en") -> dict[str, str]:
    """Return what to know about valid but unusual values, by path: a sentence with the usual ones.

    Args:
        texts: of the settings by path; what is no number is passed over.
        language: of the sentences.
    """
    found: dict[str, str] = {}
    for path, about in setting_help(language).items():
        value = _number(texts.get(path, ""))
        if about.usual is None or value is None:
            continue
        low, high = about.usual
        why = about.below if value < low else about.above if value > high else ""
        if why:
            found[path] = f"Unusual: {why}. Usual values: {low:g} to {high:g}."
    return found


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _entry(fields: Mapping[str, object]) -> SettingHelp:
    usual = fields.get("usual")
    texts = {name: str(fields.get(name, "")) for name in ("title", "text", "unit", "below", "above")}
    return SettingHelp(**texts, usual=(float(usual[0]), float(usual[1])) if isinstance(usual, list) else None)
