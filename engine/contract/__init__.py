"""What studio and engine share; the only part of engine that studio imports. Standard library only."""
