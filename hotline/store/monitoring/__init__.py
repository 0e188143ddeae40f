"""What is kept for monitoring: the situation, alerts, incidents, metrics."""
