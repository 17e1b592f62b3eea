"""A project's settings: types, ranges, the file studio.toml, form fields, changes. No Qt, no torch."""
