"""Second reviewers: who is chosen, and how far they agree with the first one."""
