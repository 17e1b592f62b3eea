"""Choosing a base model."""
