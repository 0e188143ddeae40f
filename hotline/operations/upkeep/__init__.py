"""Use cases of upkeep: reconcile, purge, retention."""
