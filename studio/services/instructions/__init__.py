"""Instruction data as published: questions about images and their answers, read and checked row by row."""
