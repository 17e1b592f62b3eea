"""Version 13: collections of images outside the project, their scores, and what was picked.

Imports nothing from the program, so that later changes of the program do not affect it.
"""

from __future__ import annotations

import sqlite3

VERSION = 13

_STATEMENTS = (
    """
    CREATE TABLE collection (
        id INTEGER NOT NULL,
        name VARCHAR NOT NULL,
        sources JSON NOT NULL,
        options JSON NOT NULL,
        created_at VARCHAR NOT NULL,
        PRIMARY KEY (id),
        UNIQUE (name)
    )
    """,
    """
    CREATE TABLE collection_image (
        id INTEGER NOT NULL,
        collection_id INTEGER NOT NULL,
        path VARCHAR NOT NULL,
        name VARCHAR NOT NULL,
        bytes INTEGER NOT NULL,
        modified_ns INTEGER NOT NULL,
        missing BOOLEAN NOT NULL,
        problem VARCHAR,
        pick INTEGER NOT NULL,
        PRIMARY KEY (id),
        CONSTRAINT collection_image_pick CHECK (pick BETWEEN -1 AND 1),
        CONSTRAINT collection_image_once UNIQUE (collection_id, path),
        FOREIGN KEY(collection_id) REFERENCES collection (id)
    )
    """,
    """
    CREATE TABLE scorer (
        id INTEGER NOT NULL,
        name VARCHAR NOT NULL,
        digest VARCHAR NOT NULL,
        folder VARCHAR NOT NULL,
        base VARCHAR NOT NULL,
        reference JSON NOT NULL,
        created_at VARCHAR NOT NULL,
        PRIMARY KEY (id),
        CONSTRAINT scorer_once UNIQUE (name, digest, folder, base)
    )
    """,
    """
    CREATE TABLE collection_score (
        id INTEGER NOT NULL,
        image_id INTEGER NOT NULL,
        scorer_id INTEGER NOT NULL,
        logprobs JSON NOT NULL,
        label INTEGER,
        score DOUBLE NOT NULL,
        text VARCHAR NOT NULL,
        raw VARCHAR NOT NULL,
        parse_ok BOOLEAN NOT NULL,
        truncated BOOLEAN NOT NULL,
        explained BOOLEAN NOT NULL,
        job_id INTEGER NOT NULL,
        PRIMARY KEY (id),
        CONSTRAINT collection_score_once UNIQUE (image_id, scorer_id),
        FOREIGN KEY(image_id) REFERENCES collection_image (id),
        FOREIGN KEY(scorer_id) REFERENCES scorer (id)
    )
    """,
    "CREATE INDEX collection_score_by_scorer ON collection_score (scorer_id, image_id, score)",
    """
    CREATE TABLE pick_step (
        id INTEGER NOT NULL,
        collection_id INTEGER NOT NULL,
        at VARCHAR NOT NULL,
        undone BOOLEAN NOT NULL,
        former JSON NOT NULL,
        pick INTEGER NOT NULL,
        PRIMARY KEY (id),
        FOREIGN KEY(collection_id) REFERENCES collection (id)
    )
    """,
    "CREATE INDEX pick_step_by_collection ON pick_step (collection_id, id)",
    """
    CREATE VIRTUAL TABLE collection_score_words USING fts5(text, content='collection_score', content_rowid='id',
        tokenize='unicode61 remove_diacritics 2', columnsize=0)
    """,
    """
    CREATE TRIGGER collection_score_words_made AFTER INSERT ON collection_score BEGIN
        INSERT INTO collection_score_words(rowid, text)
            SELECT new.id, new.text WHERE new.text <> '';
    END
    """,
    """
    CREATE TRIGGER collection_score_words_gone AFTER DELETE ON collection_score BEGIN
        INSERT INTO collection_score_words(collection_score_words, rowid, text)
            SELECT 'delete', old.id, old.text WHERE old.text <> '';
    END
    """,
    """
    CREATE TRIGGER collection_score_words_changed AFTER UPDATE OF text ON collection_score BEGIN
        INSERT INTO collection_score_words(collection_score_words, rowid, text)
            SELECT 'delete', old.id, old.text WHERE old.text <> '';
        INSERT INTO collection_score_words(rowid, text)
            SELECT new.id, new.text WHERE new.text <> '';
    END
    """,
)


def upgrade(connection: sqlite3.Connection) -> None:
    """Create the tables, their indexes and triggers."""
    for statement in _STATEMENTS:
        connection.execute(statement)
