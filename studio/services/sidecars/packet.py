"""The parts of an XMP packet, and the edits of its bytes. No files, no Qt."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from studio.services.sidecars.properties import (
    LANG,
    META,
    NAMES,
    NAMESPACE,
    OWN,
    PROPERTIES,
    RDF,
    Form,
    NotXmp,
    Property,
    Value,
    description,
    escaped,
    shown,
)
from studio.services.sidecars.xml_tree import Attribute, Document, Element, MalformedXml, Name, read_document

_LARGEST = 32 * 1024**2
_BREAK = re.compile(rb"\r\n|\n|\r")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a property is: an attribute, or the innermost element that holds its text, of one ``rdf:Description``."""

    owner: Element
    part: Attribute | Element
    outer: tuple[Element, ...] = ()

    @property
    def range(self) -> tuple[int, int]:
        if isinstance(self.part, Attribute):
            return self.part.value_start, self.part.value_end
        return self.part.inner_start, self.part.inner_end

    @property
    def form(self) -> Form:
        if isinstance(self.part, Attribute):
            return "attribute"
        return "closed" if self.part.closed else "element"

    @property
    def whole(self) -> Attribute | Element:
        """The part that vanishes with the text: the whole property, unless it has other languages."""
        if not self.outer:
            return self.part
        alt, whole = self.outer
        return whole if len(alt.children) == 1 and not alt.mixed and not whole.mixed else self.part


@dataclass(frozen=True, slots=True)
class Edit:
    start: int
    end: int
    new: bytes = b""


class Packet:
    """A packet whose parts are known.

    Raises:
        NotXmp: no ``rdf:RDF``, or several.
    """

    def __init__(self, data: bytes) -> None:
        if len(data) > _LARGEST:
            raise NotXmp(f"it is larger than {_LARGEST // 1024**2} MB")
        try:
            self.document: Document = read_document(data)
        except MalformedXml as error:
            raise NotXmp(str(error)) from error
        root = self.document.root
        inside = [root] if root.name.space == RDF else root.children if root.name.space == META else []
        found = [one for one in inside if one.name == Name(RDF, "RDF")]
        if len(found) != 1:
            raise NotXmp("it holds no XMP packet" if not found else "it holds several XMP packets")
        self.rdf = found[0]
        self.descriptions = [one for one in self.rdf.children if one.name == Name(RDF, "Description")]

    def place(self, one: Property) -> _Place | None:
        """Return where a property is.

        Raises:
            NotXmp: it is there several times, or in a form that is not edited.
        """
        name = NAMES[one]
        found = [
            place
            for owner in self.descriptions
            for place in (
                *(_Place(owner, attribute) for attribute in owner.attributes if attribute.name == name),
                *(_Place(owner, element) for element in owner.children if element.name == name),
            )
        ]
        if len(found) > 1:
            raise NotXmp(f"it has {shown(name)} {len(found)} times")
        place = found[0] if found else None
        if place is None or isinstance(place.part, Attribute):
            return place
        if one == "Description" and place.part.children:
            return _default_language(place.owner, place.part)
        return _simple(place, place.part, name)

    def value(self, place: _Place) -> Value:
        start, end = place.range
        return Value(place.part.text, self.document.body[start:end], place.form)

    def edits(self, changes: Mapping[Property, Value | None]) -> Iterator[Edit]:
        """Yield what to change in the body; the ranges do not overlap."""
        added: dict[Property, Value] = {}
        removed: list[_Place] = []
        for one in PROPERTIES:
            if one not in changes:
                continue
            wanted, place = changes[one], self.place(one)
            if wanted is None:
                removed += [place] if place is not None else []
            elif place is not None:
                yield from self._replaced(place, wanted)
            else:
                added[one] = wanted
        yield from self._removed(removed, ours_stay=any(one in OWN for one in added))
        yield from self._added(added)

    def _replaced(self, place: _Place, wanted: Value) -> Iterator[Edit]:
        start, end = place.range
        attribute = place.form == "attribute"
        if wanted.raw is not None and (wanted.form == "attribute") == attribute:
            new = wanted.raw
        elif place.part.text == wanted.text:
            return
        else:
            new = escaped(wanted.text, attribute)
        if place.form == "closed":
            if new:
                assert isinstance(place.part, Element)
                yield Edit(start, start + 2, b">" + new + _end_tag(place.part))
        elif wanted.form == "closed" and not attribute and not new:
            yield Edit(start - 1, place.part.end, b"/>")
        elif new != self.document.body[start:end]:
            yield Edit(start, end, new)

    def _removed(self, places: list[_Place], *, ours_stay: bool) -> Iterator[Edit]:
        """Yield the removal of properties, of the descriptions that are empty then, and of our prefix."""
        owners = {id(place.owner): place.owner for place in places}
        gone = frozenset(id(place.whole) for place in places)
        bare = {key for key, owner in owners.items() if is_bare(owner, gone)}
        for key in bare:
            yield self._cut(owners[key])
        for place in places:
            if id(place.owner) not in bare:
                whole = place.whole
                yield Edit(whole.start, whole.end) if isinstance(whole, Attribute) else self._cut(whole)
        if not ours_stay:
            yield from self._undeclared(gone, bare)

    def _undeclared(self, gone: frozenset[int], bare: set[int]) -> Iterator[Edit]:
        """Yield the removal of our namespace's declarations where nothing uses it any more."""
        kept = [one for one in self.descriptions if id(one) not in bare]
        used = {part.name.space for one in kept for part in one.attributes if id(part) not in gone}
        used |= {part.name.space for one in kept for part in one.children if id(part) not in gone}
        if NAMESPACE in used or not gone:
            return
        for one in (self.document.root, self.rdf, *kept):
            yield from (Edit(each.start, each.end) for each in one.declared if each.text == NAMESPACE)

    def _cut(self, element: Element) -> Edit:
        """Return the removal of an element with the indentation and the line end before it."""
        line, indent = self._before(element)
        return Edit(element.start - len(line) - len(indent), element.end)

    def _added(self, added: dict[Property, Value]) -> Iterator[Edit]:
        """Yield what the packet lacks: a description of its own, or one more language."""
        if "Description" in added:
            for owner in self.descriptions:
                for element in owner.children:
                    if element.name == NAMES["Description"]:
                        yield self._language(_alternatives(element), added["Description"])
                        added = {one: value for one, value in added.items() if one != "Description"}
        if added:
            yield self._block(added)

    def _language(self, alt: Element, value: Value) -> Edit:
        """Return the default language as the first of the others, as XMP wants it."""
        first = alt.children[0]
        new = f'<{first.tag} xml:lang="x-default">'.encode() + escaped(value.text, False) + _end_tag(first)
        return Edit(alt.inner_start, alt.inner_start, b"".join(self._line(first)) + new)

    def _block(self, added: Mapping[Property, Value]) -> Edit:
        line, indent = self._line(self.rdf.children[0]) if self.rdf.children else self._line_in_empty()
        step = b" " if line else b""
        declared = self.rdf.spaces.get("rdf") == RDF
        block = line + indent + description(added, self._about(), line + indent, step, with_rdf=not declared)
        if self.rdf.closed:
            start = self.rdf.inner_start
            return Edit(start, start + 2, b">" + block + b"".join(self._line(self.rdf)) + _end_tag(self.rdf))
        start = self.rdf.children[-1].end if self.rdf.children else self.rdf.inner_start
        return Edit(start, start, block)

    def _line(self, element: Element) -> tuple[bytes, bytes]:
        """Return the line end and the indentation before an element; both are empty if it begins no line."""
        line, indent = self._before(element)
        return (line, indent) if line else (b"", b"")

    def _before(self, element: Element) -> tuple[bytes, bytes]:
        """Return the line end and the blanks directly before an element."""
        body, start = self.document.body, element.start
        while start and body[start - 1] in b" \t":
            start -= 1
        line = next((one for one in (b"\r\n", b"\n", b"\r") if body.endswith(one, 0, start)), b"")
        return line, body[start : element.start]

    def _line_in_empty(self) -> tuple[bytes, bytes]:
        line, indent = self._line(self.rdf)
        if not line:
            found = _BREAK.search(self.document.body)
            return (found[0] if found else b""), b" "
        return line, indent + b" "

    def _about(self) -> str:
        """Return what the packet is about: usually nothing, which means the file."""
        named = (one.attribute(Name(RDF, "about")) or one.attribute(Name("", "about")) for one in self.descriptions)
        return next((one.text for one in named if one is not None and one.text), "")


def _alternatives(element: Element) -> Element:
    """Return the ``rdf:Alt`` of a property in several languages.

    Raises:
        NotXmp: the property has another form.
    """
    alt = element.children[0] if len(element.children) == 1 else None
    if alt is None or alt.name != Name(RDF, "Alt") or not alt.children or element.text.strip() or alt.text.strip():
        raise NotXmp("its dc:description has an unusual form")
    if any(one.name != Name(RDF, "li") for one in alt.children):
        raise NotXmp("its dc:description has an unusual form")
    return alt


def _is_default(element: Element) -> bool:
    language = element.attribute(LANG)
    return language is not None and language.text.lower() == "x-default"


def _default_language(owner: Element, description: Element) -> _Place | None:
    """Return where the text in the default language is; None if there are only others.

    Raises:
        NotXmp: the description has another form.
    """
    alt = _alternatives(description)
    found = [one for one in alt.children if _is_default(one)]
    if len(found) > 1:
        raise NotXmp("it has several default languages of dc:description")
    place = _Place(owner, found[0], (alt, description)) if found else None
    return None if place is None else _simple(place, found[0], NAMES["Description"])


def _simple(place: _Place, element: Element, name: Name) -> _Place:
    """Return the place.

    Raises:
        NotXmp: there is more in the element than a text.
    """
    plain = all(one.name == LANG for one in element.attributes)
    if element.children or element.mixed or not plain:
        raise NotXmp(f"its {shown(name)} has an unusual form")
    return place


def is_bare(description: Element, without: frozenset[int]) -> bool:
    """Return whether nothing but what it is about would remain of a description."""
    attributes = [one for one in description.attributes if id(one) not in without and one.name.local != "about"]
    children = [one for one in description.children if id(one) not in without]
    return not (attributes or children or description.mixed or description.text.strip())


def _end_tag(element: Element) -> bytes:
    return f"</{element.tag}>".encode()
