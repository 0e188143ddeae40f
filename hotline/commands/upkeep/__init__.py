"""Commands of upkeep: reconcile, purge, retention."""
