"""What is kept for review: decisions on reports, challenges, findings."""
