"""What is counted: the election, its rules, its checks and its arithmetic. Pure."""
