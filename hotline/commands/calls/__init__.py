"""Commands about calls and what they say."""
