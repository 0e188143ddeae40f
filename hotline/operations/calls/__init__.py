"""Use cases of calls: the conversation's state, second factor, records of calls."""
