"""The rule sets: the arithmetic of each, and its checks."""
