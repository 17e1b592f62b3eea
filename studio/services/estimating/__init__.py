"""Estimates of time: ranges, measured from jobs that were done, by base model, device and stage. No Qt, no torch."""
