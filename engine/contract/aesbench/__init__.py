"""AesBench's questions, and which option an answer means. Standard library only."""
