"""What callers meet while a part fails."""
