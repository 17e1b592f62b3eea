"""Files that the program reads at run time: prompts, presets, the offline judge's lexicon, the embedded model."""
