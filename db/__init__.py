"""The project database: typed models, sessions, named queries, migrations. Independent of Qt, torch, engine, studio."""
