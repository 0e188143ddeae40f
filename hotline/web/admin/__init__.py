"""The control room: overview, calls, alerts, activity, readiness; health and metrics."""
