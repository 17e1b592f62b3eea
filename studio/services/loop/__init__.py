"""The self-training loop: the next action, the queue, its order, job facts and estimates. No Qt, no torch."""
