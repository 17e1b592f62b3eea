"""Schema version 4: tags by value, saved filters, full-text indexes and their triggers. Imports no app code."""

from __future__ import annotations

import sqlite3

VERSION = 4

_STATEMENTS = (
    """
    CREATE TABLE saved_filter (
        id INTEGER NOT NULL,
        page VARCHAR NOT NULL,
        name VARCHAR NOT NULL,
        body JSON NOT NULL,
        PRIMARY KEY (id),
        CONSTRAINT saved_filter_once UNIQUE (page, name)
    )
    """,
    """
    CREATE TABLE image_tag (
        "key" VARCHAR NOT NULL,
        value VARCHAR NOT NULL,
        image_id INTEGER NOT NULL,
        PRIMARY KEY ("key", value, image_id),
        FOREIGN KEY(image_id) REFERENCES image (id)
    ) WITHOUT ROWID
    """,
    """
    CREATE INDEX image_by_name ON image (name, id)
    """,
    """
    CREATE INDEX prediction_scores ON prediction (model_version_id, image_id, score, label)
    """,
    """
    CREATE VIRTUAL TABLE prediction_words USING fts5(text, content='prediction', content_rowid='id',
        tokenize='unicode61 remove_diacritics 2', columnsize=0)
    """,
    """
    CREATE TRIGGER prediction_words_made AFTER INSERT ON prediction BEGIN
        INSERT INTO prediction_words(rowid, text)
            SELECT new.id, new.text WHERE new.text <> '';
    END
    """,
    """
    CREATE TRIGGER prediction_words_gone AFTER DELETE ON prediction BEGIN
        INSERT INTO prediction_words(prediction_words, rowid, text)
            SELECT 'delete', old.id, old.text WHERE old.text <> '';
    END
    """,
    """
    CREATE TRIGGER prediction_words_changed AFTER UPDATE OF text ON prediction BEGIN
        INSERT INTO prediction_words(prediction_words, rowid, text)
            SELECT 'delete', old.id, old.text WHERE old.text <> '';
        INSERT INTO prediction_words(rowid, text)
            SELECT new.id, new.text WHERE new.text <> '';
    END
    """,
    """
    CREATE VIRTUAL TABLE pair_words USING fts5(chosen_text, rejected_text, content='pair', content_rowid='id',
        tokenize='unicode61 remove_diacritics 2', columnsize=0)
    """,
    """
    CREATE TRIGGER pair_words_made AFTER INSERT ON pair BEGIN
        INSERT INTO pair_words(rowid, chosen_text, rejected_text)
            SELECT new.id, new.chosen_text, new.rejected_text WHERE new.chosen_text || new.rejected_text <> '';
    END
    """,
    """
    CREATE TRIGGER pair_words_gone AFTER DELETE ON pair BEGIN
        INSERT INTO pair_words(pair_words, rowid, chosen_text, rejected_text)
            SELECT 'delete', old.id, old.chosen_text, old.rejected_text
            WHERE old.chosen_text || old.rejected_text <> '';
    END
    """,
    """
    CREATE TRIGGER pair_words_changed AFTER UPDATE OF chosen_text, rejected_text ON pair BEGIN
        INSERT INTO pair_words(pair_words, rowid, chosen_text, rejected_text)
            SELECT 'delete', old.id, old.chosen_text, old.rejected_text
            WHERE old.chosen_text || old.rejected_text <> '';
        INSERT INTO pair_words(rowid, chosen_text, rejected_text)
            SELECT new.id, new.chosen_text, new.rejected_text WHERE new.chosen_text || new.rejected_text <> '';
    END
    """,
    """
    CREATE TRIGGER image_tag_made AFTER INSERT ON image BEGIN
        INSERT INTO image_tag(key, value, image_id)
            SELECT key, value, new.id FROM json_each(new.tags) WHERE value IS NOT NULL AND value <> '';
    END
    """,
    """
    CREATE TRIGGER image_tag_changed AFTER UPDATE OF tags ON image BEGIN
        DELETE FROM image_tag WHERE image_id = old.id AND key IN (SELECT key FROM json_each(old.tags));
        INSERT INTO image_tag(key, value, image_id)
            SELECT key, value, new.id FROM json_each(new.tags) WHERE value IS NOT NULL AND value <> '';
    END
    """,
    """
    CREATE TRIGGER image_tag_gone BEFORE DELETE ON image BEGIN
        DELETE FROM image_tag WHERE image_id = old.id AND key IN (SELECT key FROM json_each(old.tags));
    END
    """,
)
_FILL = (
    "INSERT INTO image_tag(key, value, image_id) SELECT each.key, each.value, image.id FROM image, "
    "json_each(tags) AS each WHERE each.value IS NOT NULL AND each.value <> ''",
    "INSERT INTO prediction_words(rowid, text) SELECT id, text FROM prediction WHERE text <> ''",
    "INSERT INTO pair_words(rowid, chosen_text, rejected_text) SELECT id, chosen_text, rejected_text FROM pair "
    "WHERE chosen_text || rejected_text <> ''",
)


def upgrade(connection: sqlite3.Connection) -> None:
    """Create the tables, indexes and triggers, and index existing rows. The caller manages the transaction."""
    for statement in (*_STATEMENTS, *_FILL):
        connection.execute(statement)
