"""The project database: typed models, sessions, named queries, migrations. Knows no Qt, torch, engine or studio."""
