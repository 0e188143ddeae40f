"""The public results, and the pages on which their publication is ordered."""
