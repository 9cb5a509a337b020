"""Reading tables whose heads and cells ran together or are hardly legible."""
