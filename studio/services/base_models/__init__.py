"""Base models: size, suitability, where they are on the hub and on this machine. No Qt, no torch."""
