"""Hotline: the telephone line that an election's precinct chairs call to report results."""
