"""The control room's pages on blocks, limits and switches."""
