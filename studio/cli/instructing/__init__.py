"""Commands for instruction data, conversations about images to train on: make it, check it."""
