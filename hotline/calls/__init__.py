"""What is said and keyed: the conversation as a state machine. Pure."""
