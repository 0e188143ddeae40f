"""Use cases of monitoring: the situation, alerts, incidents, metrics."""
