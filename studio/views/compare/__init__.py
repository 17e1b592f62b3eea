"""The Compare page and blind tests."""
