"""The method: generation, training, merging, prediction and measuring. Knows no window and no database."""
