"""What a second engine, beside the one that follows prompts, is used for: to compare, and to stand in."""
