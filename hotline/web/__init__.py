"""Views without rules, a room for each feature."""
