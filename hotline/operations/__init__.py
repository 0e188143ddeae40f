"""The use cases, a room for each feature."""
