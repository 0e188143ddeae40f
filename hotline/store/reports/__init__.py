"""What is kept for reports: filing, tabulating, a unit's state, totals, ledgers."""
