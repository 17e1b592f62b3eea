"""Qt item models: rows in, roles out, no queries inside."""
