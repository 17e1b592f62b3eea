"""Version 11: conversations about images.

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
)


def upgrade(connection: sqlite3.Connection) -> None:
    """Create the two tables."""
    for statement in _STATEMENTS:
        connection.execute(statement)
