"""What is kept for the front door: who is let in, limits, blocks, switches."""
