"""What the API serves: a module a subject, each with `router()`."""
