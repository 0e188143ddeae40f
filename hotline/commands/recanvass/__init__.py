"""Commands of recanvass and recount: comparison with paper."""
