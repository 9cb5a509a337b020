"""Calling the servers of others: only at addresses that may be called, and signed."""
