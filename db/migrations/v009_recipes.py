"""Version 9: what a line was started with, beyond its recipe: settings that differ, and variants of its versions.

The table is created again, so that the new column is where the models have it. Imports nothing from the program, so
that later changes of the program do not affect it.
"""

from __future__ import annotations

import sqlite3

VERSION = 9

_LINE = """
    CREATE TABLE line (
        id INTEGER NOT NULL,
        name VARCHAR NOT NULL,
        recipe VARCHAR NOT NULL,
        iteration INTEGER NOT NULL,
        start VARCHAR NOT NULL,
        created_at VARCHAR NOT NULL,
        options JSON DEFAULT '{}' NOT NULL,
        PRIMARY KEY (id),
        UNIQUE (name)
    )
"""


def upgrade(connection: sqlite3.Connection) -> None:
    """Add the column; existing lines have nothing in it. The caller owns the transaction."""
    connection.execute("CREATE TEMP TABLE kept_line AS SELECT * FROM line")
    connection.execute("DROP TABLE line")
    connection.execute(_LINE)
    connection.execute("INSERT INTO line SELECT *, '{}' FROM temp.kept_line")
    connection.execute("DROP TABLE temp.kept_line")
