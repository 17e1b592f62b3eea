"""Readers of score sources, one module a format. They know files and rows; no Qt, no torch, no database, no project."""
