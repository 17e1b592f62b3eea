"""What a process that scores images on request is asked. Standard library only."""
