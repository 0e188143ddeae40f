"""A night, rehearsed: simulated chairs call the real webhooks; the totals are held to account."""
