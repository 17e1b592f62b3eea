"""The order by the chance of a veto, and sessions of the most doubtful pairs."""
