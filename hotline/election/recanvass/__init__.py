"""Pure rules of recanvass and recount: comparison with paper."""
