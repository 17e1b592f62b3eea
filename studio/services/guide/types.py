"""What the guide consists of. Frozen rows, standard library only."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class GuideSection:
    """A heading with the text below it, up to the next heading.

    Attributes:
        anchor: the heading's place in its page, as in a link; "" for what comes before the first heading.
        heading: the heading's text.
        text: what is below it, as plain text on one line.
    """

    anchor: str
    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class GuidePage:
    """One chapter, the contents, or one of the documents that chapters refer to.

    Attributes:
        name: its path below the folder of documents, such as ``guide/01-first-project.md``.
        title: its first heading.
        html: the page in the part of HTML that Qt's documents understand; every heading has an anchor.
        sections: the same as plain text, for the search.
        is_chapter: whether it is part of the guide itself, not a document that chapters refer to.
    """

    name: str
    title: str
    html: str = field(repr=False)
    sections: tuple[GuideSection, ...] = field(repr=False)
    is_chapter: bool


@dataclass(frozen=True, slots=True)
class Guide:
    """All pages in their order, and the bytes of the pictures by their path below the folder of documents."""

    pages: tuple[GuidePage, ...]
    pictures: dict[str, bytes] = field(repr=False)

    def page(self, name: str) -> GuidePage | None:
        """Return the page of this name; None if there is none."""
        return next((page for page in self.pages if page.name == name), None)


@dataclass(frozen=True, slots=True)
class GuideHit:
    """A section in which everything that was searched for is found. ``excerpt`` is around the first place."""

    page: GuidePage
    section: GuideSection
    excerpt: str
