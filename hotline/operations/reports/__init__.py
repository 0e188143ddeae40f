"""Use cases of reports: filing, tabulating, a unit's state, totals, ledgers."""
