"""Schema for browsing many images: tags by value, saved filters, full-text indexes and their triggers.

The triggers run in the transaction of the row that fires them, so the indexes are always in step. Only non-empty texts
are indexed. The migrations contain the same statements; a test compares the two.
"""

from __future__ import annotations

from sqlalchemy import DDL, ForeignKey, Index, UniqueConstraint, event
from sqlalchemy.orm import Mapped, mapped_column

from db.models import Base, Image, JsonDict, Prediction


class ImageTag(Base):
    """One tag of one image, extracted from its row; written only by triggers."""

    __tablename__ = "image_tag"
    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(primary_key=True)
    image_id: Mapped[int] = mapped_column(ForeignKey("image.id"), primary_key=True)
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012  SQLAlchemy's own spelling


class SavedFilter(Base):
    """A page's filter, saved under a user-defined name."""

    __tablename__ = "saved_filter"
    id: Mapped[int] = mapped_column(primary_key=True)
    page: Mapped[str]
    name: Mapped[str]
    body: Mapped[JsonDict]
    __table_args__ = (UniqueConstraint("page", "name", name="saved_filter_once"),)


Index("image_by_name", Image.name, Image.id)
Index("prediction_scores", Prediction.model_version_id, Prediction.image_id, Prediction.score, Prediction.label)

TEXTS = {"prediction": ("text",), "pair": ("chosen_text", "rejected_text"), "collection_score": ("text",)}
"""The searchable text columns of each table; their index is the table ``<name>_words``."""


def statements() -> list[str]:
    """Return the statements that create the full-text tables and all triggers."""
    made = [statement for table, columns in TEXTS.items() for statement in _words(table, columns)]
    return [*made, *_tags()]


def _words(table: str, columns: tuple[str, ...]) -> list[str]:
    names = ", ".join(columns)
    old, new = (", ".join(f"{row}.{column}" for column in columns) for row in ("old", "new"))
    had, has = (" || ".join(f"{row}.{column}" for column in columns) + " <> ''" for row in ("old", "new"))
    forget = f"INSERT INTO {table}_words({table}_words, rowid, {names}) SELECT 'delete', old.id, {old} WHERE {had};"
    keep = f"INSERT INTO {table}_words(rowid, {names}) SELECT new.id, {new} WHERE {has};"
    return [
        f"CREATE VIRTUAL TABLE {table}_words USING fts5({names}, content='{table}', content_rowid='id', "
        "tokenize='unicode61 remove_diacritics 2', columnsize=0)",
        f"CREATE TRIGGER {table}_words_made AFTER INSERT ON {table} BEGIN {keep} END",
        f"CREATE TRIGGER {table}_words_gone AFTER DELETE ON {table} BEGIN {forget} END",
        f"CREATE TRIGGER {table}_words_changed AFTER UPDATE OF {names} ON {table} BEGIN {forget} {keep} END",
    ]


def _tags() -> list[str]:
    keep = (
        "INSERT INTO image_tag(key, value, image_id) SELECT key, value, new.id FROM json_each(new.tags) "
        "WHERE value IS NOT NULL AND value <> '';"
    )
    forget = "DELETE FROM image_tag WHERE image_id = old.id AND key IN (SELECT key FROM json_each(old.tags));"
    return [
        f"CREATE TRIGGER image_tag_made AFTER INSERT ON image BEGIN {keep} END",
        f"CREATE TRIGGER image_tag_changed AFTER UPDATE OF tags ON image BEGIN {forget} {keep} END",
        f"CREATE TRIGGER image_tag_gone BEFORE DELETE ON image BEGIN {forget} END",
    ]


for _statement in statements():
    event.listen(Base.metadata, "after_create", DDL(_statement.replace("%", "%%")))  # type: ignore[no-untyped-call]
