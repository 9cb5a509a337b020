"""Digital signatures in files: whether what they cover is as it was signed, and by whom."""
