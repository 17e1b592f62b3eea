"""Base models: size, suitability, location on the hub and on this machine. No Qt, no torch."""
