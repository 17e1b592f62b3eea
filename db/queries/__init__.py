"""Named queries: one module a subject. They run in the caller's transaction and never commit."""
