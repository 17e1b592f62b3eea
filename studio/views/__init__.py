"""Pages and dialogs: they ask services for rows and show them; no SQL, no engine."""
