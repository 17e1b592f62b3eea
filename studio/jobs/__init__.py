"""Job execution: child processes, the loop over the queue, and the thread that runs it for the window."""
