"""The carrier port: what we ask of a telephone network, what it tells us, and what we reply.

`network.py` is the port, with `events.py` for what comes in and `replies.py` for what goes out;
`networks.py` chooses by the settings. A folder beside them speaks to one kind of network.
"""
