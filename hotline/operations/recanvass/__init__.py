"""Use cases of recanvass and recount: comparison with paper."""
