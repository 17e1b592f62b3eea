"""Version 12: scores that judges read from explanations.

Imports nothing from the program, so that later changes of the program do not affect it.
"""

from __future__ import annotations

import sqlite3

VERSION = 12

_STATEMENTS = (
    """
    CREATE TABLE judge_reading (
        id INTEGER NOT NULL,
        prediction_id INTEGER NOT NULL,
        judge VARCHAR NOT NULL,
        label INTEGER,
        raw VARCHAR NOT NULL,
        reason VARCHAR NOT NULL,
        PRIMARY KEY (id),
        CONSTRAINT judge_reading_once UNIQUE (prediction_id, judge),
        FOREIGN KEY(prediction_id) REFERENCES prediction (id)
    )
    """,
)


def upgrade(connection: sqlite3.Connection) -> None:
    """Create the table."""
    for statement in _STATEMENTS:
        connection.execute(statement)
