"""Commands of audit: chains, signatures, the activity log, verification."""
