"""The telephone network's webhooks: voice and text messages."""
