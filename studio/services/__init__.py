"""The operations of window and command line. Services own the transactions and return frozen rows. No Qt, no torch."""
