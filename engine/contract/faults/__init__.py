"""Errors that are no defect of the program: what the system refuses, in words. Standard library only."""
