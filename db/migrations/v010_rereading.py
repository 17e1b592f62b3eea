"""Version 10: scores that a version reads from its own explanations.

Imports nothing from the program, so that later changes of the program do not affect it.
"""

from __future__ import annotations

import sqlite3

VERSION = 10

_STATEMENTS = (
    """
    CREATE TABLE reread (
        id INTEGER NOT NULL,
        prediction_id INTEGER NOT NULL,
        logprobs JSON NOT NULL,
        swapped_id INTEGER,
        swapped_logprobs JSON,
        PRIMARY KEY (id),
        UNIQUE (prediction_id),
        FOREIGN KEY(prediction_id) REFERENCES prediction (id),
        FOREIGN KEY(swapped_id) REFERENCES prediction (id)
    )
    """,
    "CREATE INDEX reread_by_swapped ON reread (swapped_id)",
)


def upgrade(connection: sqlite3.Connection) -> None:
    """Create the table."""
    for statement in _STATEMENTS:
        connection.execute(statement)
