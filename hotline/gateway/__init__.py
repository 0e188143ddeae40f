"""How requests reach the application: whole, in time and of a size that is expected.

Knows nothing of what is served. docs/decisions/0001-web-server.md has the measurements behind it.
"""
