"""The engine: generation, training, merging, prediction and measurement. It imports neither Qt nor the database."""
