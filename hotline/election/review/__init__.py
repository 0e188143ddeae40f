"""Pure rules of review: decisions on reports, challenges, findings."""
