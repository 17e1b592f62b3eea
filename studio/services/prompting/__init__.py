"""The prompt in full: checked, as the model gets it, and what a change of it makes outdated. No Qt, no torch."""
