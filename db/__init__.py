"""The project database: typed models, sessions, named queries, migrations. Knows neither Qt, torch, engine nor studio."""
