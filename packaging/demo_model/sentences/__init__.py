"""The closed languages that the demonstration model understands."""
