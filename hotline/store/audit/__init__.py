"""What is kept for audit: chains, signatures, the activity log, verification."""
