"""Answers of a vision language model: pairs for a given score, free answers, label log-probabilities."""
