"""From a queued job to its results: input for the child, journal rows, adapters and versions. No Qt, no torch."""
