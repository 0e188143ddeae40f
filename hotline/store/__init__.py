"""What is kept: SQL and Redis, a room for each feature."""
