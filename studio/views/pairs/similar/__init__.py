"""The window of pairs similar to a chosen one."""
