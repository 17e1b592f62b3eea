"""The faithfulness probe: which versions are probed, and what came out."""
