"""The desktop program: what the user sees of it, and what binds its parts together."""
