"""Writing a report in a child, and reproducing one."""
