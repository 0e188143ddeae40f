"""What is printed: call sheets and PIN letters. Knows the election; stores and asks nothing."""
