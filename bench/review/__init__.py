"""Reviewing pairs in the real window: how long each key takes."""
