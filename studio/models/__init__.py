"""Qt item models: they take rows and serve roles; they run no queries."""
