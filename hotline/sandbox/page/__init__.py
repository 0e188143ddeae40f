"""The telephone in the browser: its page, and the JSON behind it."""
