"""The page for people at a desk: one HTML shell, its static files, and signing in."""
