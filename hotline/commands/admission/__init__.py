"""Commands of the front door: who is let in, limits, blocks, switches."""
