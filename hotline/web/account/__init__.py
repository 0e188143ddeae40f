"""Signing in, one's own account, and the control room's pages on people."""
