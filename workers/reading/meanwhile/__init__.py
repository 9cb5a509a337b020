"""What is done with a page while the engine reads it."""
