"""The JSON that callers get: its form, and how it is made from what was read."""
