"""Readers of score sources, one module per format. Files and rows only; no Qt, no torch, no database, no project."""
