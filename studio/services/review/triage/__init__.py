"""Learning from the verdicts so far which unreviewed pairs will probably be vetoed."""
