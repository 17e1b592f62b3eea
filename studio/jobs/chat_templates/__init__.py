"""Chat templates, which are programs of somebody else's, rendered in a child process with limits."""
