"""Running jobs: child processes, the loop over the queue, and the thread that the window runs it in."""
