"""How much of everything a night takes: a model of queues. Pure."""
