"""Twilio: the one place that knows its forms, its documents and its REST interface."""
