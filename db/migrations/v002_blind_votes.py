"""Schema version 2: blind tests of explanations and their votes. Imports no app code."""

from __future__ import annotations

import sqlite3

VERSION = 2

_STATEMENTS = (
    """
    CREATE TABLE blind_test (
        id INTEGER NOT NULL,
        versions JSON NOT NULL,
        seed INTEGER NOT NULL,
        created_at VARCHAR NOT NULL,
        revealed_at VARCHAR,
        PRIMARY KEY (id)
    )
    """,
    """
    CREATE TABLE blind_vote (
        id INTEGER NOT NULL,
        test_id INTEGER NOT NULL,
        image_id INTEGER NOT NULL,
        version VARCHAR,
        at VARCHAR NOT NULL,
        PRIMARY KEY (id),
        CONSTRAINT blind_vote_once UNIQUE (test_id, image_id),
        FOREIGN KEY(test_id) REFERENCES blind_test (id),
        FOREIGN KEY(image_id) REFERENCES image (id)
    )
    """,
)


def upgrade(connection: sqlite3.Connection) -> None:
    """Create the two tables. The caller manages the transaction."""
    for statement in _STATEMENTS:
        connection.execute(statement)
