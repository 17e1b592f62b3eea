"""From a queued job to its results: inputs for the child, journal rows, adapters and versions. No Qt, no torch."""
