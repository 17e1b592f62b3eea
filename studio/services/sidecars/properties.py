"""The properties that this program writes into XMP packets: their names, their values, how they are written. No Qt."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from studio.services.sidecars.xml_tree import Name

NAMESPACE = "urn:x-score-studio:xmp:1.0#"
"""Of our own properties. XMP's programs expect a namespace to end in "/" or "#"."""
PREFIX = "scorestudio"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_XMP = "http://ns.adobe.com/xap/1.0/"
_DC = "http://purl.org/dc/elements/1.1/"
META = "adobe:ns:meta/"
LANG = Name("http://www.w3.org/XML/1998/namespace", "lang")
_PREFIXES = {_XMP: "xmp", _DC: "dc", NAMESPACE: PREFIX}

Property = Literal[
    "Rating", "Description", "Score", "Stars", "ScaleLow", "ScaleHigh", "Explanation", "Version", "ModelDigest", "Time"
]
OWN: tuple[Property, ...] = ("Score", "Stars", "ScaleLow", "ScaleHigh", "Explanation", "Version", "ModelDigest", "Time")
"""The properties in our namespace. Stars is the rating that was written, by which it is known as ours later.

Rating is ``xmp:Rating``, Description the default language of ``dc:description``.
"""
PROPERTIES: tuple[Property, ...] = ("Rating", "Description", *OWN)
NAMES = {
    "Rating": Name(_XMP, "Rating"),
    "Description": Name(_DC, "description"),
    **{one: Name(NAMESPACE, one) for one in OWN},
}
Form = Literal["attribute", "element", "closed"]
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class NotXmp(Exception):  # noqa: N818  a finding about a file, shown as such
    """A sidecar that is not edited; the text is the reason, as a part of a sentence."""


@dataclass(frozen=True, slots=True)
class Value:
    """The value of a property, and how it is written in the file, so that it can be restored byte for byte.

    Attributes:
        raw: the bytes in the quotes or between the tags, in UTF-8; None for a value that comes from no file.
        form: an attribute, an element, or an empty-element tag.
    """

    text: str
    raw: bytes | None = None
    form: Form = "element"


def clean(text: str) -> str:
    """Return a text that XML can hold, with line ends as in Unix."""
    return _ILLEGAL.sub("\N{REPLACEMENT CHARACTER}", text.replace("\r\n", "\n").replace("\r", "\n"))


def description(values: Mapping[Property, Value], about: str, line: bytes, step: bytes, *, with_rdf: bool) -> bytes:
    """Return a ``rdf:Description`` that declares the prefixes that it uses, its own ``rdf`` only if asked to."""
    used = dict.fromkeys(NAMES[one].space for one in values)
    spaces = [*([f'xmlns:rdf="{RDF}"'] if with_rdf else []), *(f'xmlns:{_PREFIXES[one]}="{one}"' for one in used)]
    head = b"<rdf:Description rdf:about=" + b'"' + escaped(about, True) + b'"'
    for one in spaces:
        head += (line + step * 2 if step else b" ") + one.encode()
    body = b"".join(_property(one, value, line + step, step) for one, value in values.items())
    return head + b">" + body + line + b"</rdf:Description>"


def _property(one: Property, value: Value, line: bytes, step: bytes) -> bytes:
    name = NAMES[one]
    tag = f"{_PREFIXES[name.space]}:{name.local}".encode()
    text = escaped(value.text, False)
    if one == "Description":
        li = line + step * 2 + b'<rdf:li xml:lang="x-default">' + text + b"</rdf:li>"
        text = line + step + b"<rdf:Alt>" + li + line + step + b"</rdf:Alt>" + line
    return line + b"<" + tag + b">" + text + b"</" + tag + b">"


def escaped(text: str, attribute: bool) -> bytes:
    """Return a text as it may stand in an element, or in an attribute within quotes of either kind."""
    safe = clean(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    if attribute:
        safe = safe.replace('"', "&quot;").replace("'", "&apos;").replace("\n", "&#10;").replace("\t", "&#9;")
    return safe.encode("utf-8")


def shown(name: Name) -> str:
    return f"{_PREFIXES[name.space]}:{name.local}"
