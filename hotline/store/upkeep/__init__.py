"""What is kept for upkeep: reconcile, purge, retention."""
