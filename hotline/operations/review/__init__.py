"""Use cases of review: decisions on reports, challenges, findings."""
