"""What is said, as pieces that can be recorded: sentences around names and numbers, and those."""
