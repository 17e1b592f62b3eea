"""Data files read at run time: prompts, presets, the offline judge's lexicon, the demo model."""
