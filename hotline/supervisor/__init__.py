"""How Hotline is started and kept running on one machine that has nothing else: `hotline up`."""
