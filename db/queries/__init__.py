"""Named queries, one module per subject. They run in the caller's transaction and never commit."""
