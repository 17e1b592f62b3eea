"""Version 11: conversations about images, and what versions suggest for them with its grades.

Imports nothing from the program, so that later changes of the program do not affect it.
"""

from __future__ import annotations

import sqlite3

VERSION = 11

_STATEMENTS = (
    """
    CREATE TABLE conversation (
        id INTEGER NOT NULL,
        image_id INTEGER,
        path VARCHAR NOT NULL,
        version VARCHAR NOT NULL,
        digest VARCHAR NOT NULL,
        created_at VARCHAR NOT NULL,
        PRIMARY KEY (id),
        FOREIGN KEY(image_id) REFERENCES image (id)
    )
    """,
    "CREATE INDEX conversation_by_image ON conversation (image_id, version, id)",
    """
    CREATE TABLE chat_turn (
        id INTEGER NOT NULL,
        conversation_id INTEGER NOT NULL,
        question VARCHAR NOT NULL,
        answer VARCHAR NOT NULL,
        state VARCHAR NOT NULL,
        reason VARCHAR NOT NULL,
        logprobs JSON,
        asked_at VARCHAR NOT NULL,
        PRIMARY KEY (id),
        CONSTRAINT chat_turn_state CHECK (state IN ('open', 'complete', 'length', 'stopped', 'failed')),
        FOREIGN KEY(conversation_id) REFERENCES conversation (id)
    )
    """,
    "CREATE INDEX chat_turn_by_conversation ON chat_turn (conversation_id, id)",
    """
    CREATE TABLE suggestion (
        id INTEGER NOT NULL,
        model_version_id INTEGER NOT NULL,
        image_id INTEGER NOT NULL,
        text VARCHAR NOT NULL,
        truncated BOOLEAN NOT NULL,
        job_id INTEGER NOT NULL,
        PRIMARY KEY (id),
        CONSTRAINT suggestion_once UNIQUE (model_version_id, image_id),
        FOREIGN KEY(model_version_id) REFERENCES model_version (id),
        FOREIGN KEY(image_id) REFERENCES image (id),
        FOREIGN KEY(job_id) REFERENCES job (id)
    )
    """,
    """
    CREATE TABLE suggestion_grade (
        id INTEGER NOT NULL,
        suggestion_id INTEGER NOT NULL,
        judge VARCHAR NOT NULL,
        usefulness DOUBLE,
        concreteness DOUBLE,
        relevance DOUBLE,
        raw VARCHAR NOT NULL,
        reason VARCHAR NOT NULL,
        PRIMARY KEY (id),
        CONSTRAINT suggestion_grade_once UNIQUE (suggestion_id, judge),
        FOREIGN KEY(suggestion_id) REFERENCES suggestion (id)
    )
    """,
    """
    CREATE TABLE suggestion_figure (
        id INTEGER NOT NULL,
        model_version_id INTEGER NOT NULL,
        judge VARCHAR NOT NULL,
        name VARCHAR NOT NULL,
        value DOUBLE,
        lo DOUBLE,
        hi DOUBLE,
        n INTEGER NOT NULL,
        job_id INTEGER NOT NULL,
        PRIMARY KEY (id),
        CONSTRAINT suggestion_figure_once UNIQUE (model_version_id, judge, name),
        FOREIGN KEY(model_version_id) REFERENCES model_version (id),
        FOREIGN KEY(job_id) REFERENCES job (id)
    )
    """,
)


def upgrade(connection: sqlite3.Connection) -> None:
    """Create the tables."""
    for statement in _STATEMENTS:
        connection.execute(statement)
