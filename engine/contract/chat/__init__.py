"""What a chat's process is asked. Standard library only."""
