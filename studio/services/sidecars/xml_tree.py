"""The elements of an XML document with the byte ranges that they occupy, so that it can be edited in place. No Qt.

The document is read by expat, which must find it well-formed. A document type is refused, and with it all entities
that a file may declare: nothing is expanded and nothing is fetched.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_UNMARKED = ((b"<\0\0\0", "utf-32-le"), (b"\0\0\0<", "utf-32-be"), (b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))
_DECLARED = re.compile(rb"""^<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_ATTRIBUTE = re.compile(rb"""\s+([^\s=]+)\s*=\s*("[^"]*"|'[^']*')""")
_TAG_END = re.compile(rb"""[^"'>]*(?:"[^"]*"[^"'>]*|'[^']*'[^"'>]*)*>""")
_XML_NAMESPACE = "http://www.w3.org/XML/1998/namespace"


class MalformedXml(Exception):  # noqa: N818  a finding about a file, shown as such
    """The document cannot be read; the text is the reason, as a part of a sentence."""


@dataclass(frozen=True, slots=True)
class Name:
    """An expanded name: the namespace's URI ("" for none) and the local part."""

    space: str
    local: str


@dataclass(frozen=True, slots=True)
class Attribute:
    """``start:end``: the attribute and white space before it; ``value_start:value_end``: its value in the quotes."""

    name: Name
    text: str
    start: int
    end: int
    value_start: int
    value_end: int


@dataclass(slots=True)
class Element:
    """``start:end`` is the whole element, ``inner_start:inner_end`` its content; both ends are equal if it is empty.

    Attributes:
        tag: the name as written, with its prefix.
        text: its own character data, entities and character references resolved.
        mixed: it contains a comment or a processing instruction.
        closed: it is written as one empty-element tag; its content would stand before ``inner_start``, its "/>".
    """

    name: Name
    tag: str
    attributes: tuple[Attribute, ...]
    declared: tuple[Attribute, ...]
    spaces: Mapping[str, str]
    start: int
    inner_start: int
    inner_end: int = 0
    end: int = 0
    text: str = ""
    mixed: bool = False
    closed: bool = False
    children: list[Element] = field(default_factory=list)

    def attribute(self, name: Name) -> Attribute | None:
        """Return the attribute of this name; None if it has none."""
        return next((one for one in self.attributes if one.name == name), None)

    def walk(self) -> Iterator[Element]:
        """Yield this element and all within it."""
        waiting = [self]
        while waiting:
            one = waiting.pop()
            yield one
            waiting.extend(one.children)


@dataclass(frozen=True, slots=True)
class Document:
    """A document as UTF-8 (``body``), the encoding and the byte order mark that its file has, and its root."""

    body: bytes
    encoding: str
    mark: bytes
    root: Element

    def encoded(self, body: bytes) -> bytes:
        """Return another body as the file would hold it. Characters that its encoding lacks become references."""
        if self.encoding == "utf-8":
            return self.mark + body
        return self.mark + body.decode("utf-8").encode(self.encoding, "xmlcharrefreplace")


def read_document(data: bytes) -> Document:
    """Return the elements of a document, every byte of which can be restored.

    Raises:
        MalformedXml: not well-formed, with a document type, or in an encoding that is unknown or wrong.
    """
    mark, encoding = _encoding(data)
    try:
        text = data[len(mark) :].decode(encoding)
        if text.encode(encoding) != data[len(mark) :]:
            raise MalformedXml(f"its encoding {encoding} is ambiguous")
        body = text.encode("utf-8")
    except LookupError as error:
        raise MalformedXml(f"its encoding {encoding} is unknown") from error
    except UnicodeError as error:
        raise MalformedXml(f"it is not text in the encoding {encoding}") from error
    return Document(body, encoding, mark, _Reader(body).read())


def _encoding(data: bytes) -> tuple[bytes, str]:
    for mark, name in _BOMS:
        if data.startswith(mark):
            return mark, name
    for start, name in _UNMARKED:
        if data.startswith(start):
            return b"", name
    declared = _DECLARED.match(data[:200])
    name = declared[1].decode("ascii").lower() if declared else "utf-8"
    return b"", "utf-8" if name == "utf8" else name


class _Reader:
    """Reads one document. Offsets are those of the UTF-8 body."""

    def __init__(self, body: bytes) -> None:
        self._body = body
        self._open: list[Element] = []
        self._root: Element | None = None
        self._texts: list[list[str]] = []
        parser = self._parser = expat.ParserCreate("utf-8")
        parser.ordered_attributes = True
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = lambda text: self._texts[-1].append(text)
        parser.CommentHandler = lambda _text: self._mix()
        parser.ProcessingInstructionHandler = lambda _target, _text: self._mix()

    def read(self) -> Element:
        try:
            self._parser.Parse(self._body, True)
        except expat.ExpatError as error:
            raise MalformedXml(f"it is not well-formed XML: {error}") from error
        assert self._root is not None  # or expat would have found no element
        return self._root

    def _refuse_doctype(self, *_declaration: object) -> None:
        raise MalformedXml("it has a document type declaration, which is not read for safety")

    def _start(self, tag: str, pairs: list[str]) -> None:
        start = self._parser.CurrentByteIndex
        found = _TAG_END.match(self._body, start)
        assert found is not None  # expat has read the tag
        end = found.end()
        closed = self._body[end - 2 : end] == b"/>"
        written = _ATTRIBUTE.finditer(self._body, start + 1 + len(tag.encode("utf-8")), end)
        texts = dict(zip(pairs[::2], pairs[1::2], strict=True))
        spaces = self._spaces(texts)
        both = [(match, match[1].decode("utf-8")) for match in written]
        attributes: list[Attribute] = []
        declared: list[Attribute] = []
        for match, name in both:
            own = name == "xmlns" or name.startswith("xmlns:")
            expanded = Name("", name) if own or ":" not in name else _expand(name, spaces)
            place = (match.start(), match.end(), match.start(2) + 1, match.end(2) - 1)
            (declared if own else attributes).append(Attribute(expanded, texts[name], *place))
        inner = end - 2 if closed else end
        element = Element(
            _expand(tag, spaces), tag, tuple(attributes), tuple(declared), spaces, start, inner, closed=closed
        )
        if self._open:
            self._open[-1].children.append(element)
        else:
            self._root = element
        self._open.append(element)
        self._texts.append([])

    def _end(self, _tag: str) -> None:
        element = self._open.pop()
        element.text = "".join(self._texts.pop())
        if element.closed:
            element.inner_end, element.end = element.inner_start, element.inner_start + 2
        else:
            element.inner_end = self._parser.CurrentByteIndex
            element.end = self._body.index(b">", element.inner_end) + 1

    def _mix(self) -> None:
        if self._open:
            self._open[-1].mixed = True

    def _spaces(self, texts: Mapping[str, str]) -> Mapping[str, str]:
        outer = self._open[-1].spaces if self._open else {"xml": _XML_NAMESPACE}
        new = {name[6:]: uri for name, uri in texts.items() if name.startswith("xmlns:")}
        if "xmlns" in texts:
            new[""] = texts["xmlns"]
        return {**outer, **new} if new else outer


def _expand(name: str, spaces: Mapping[str, str]) -> Name:
    prefix, _, local = name.rpartition(":")
    if prefix not in spaces and prefix:
        raise MalformedXml(f"the prefix of {name} is not declared")
    return Name(spaces.get(prefix, ""), local)
