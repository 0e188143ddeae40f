"""What is kept for calls: the conversation's state, second factor, records of calls."""
