"""Requests to the webhooks: their parameters, their signature, their timing."""
