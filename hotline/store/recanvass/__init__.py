"""What is kept for recanvass and recount: comparison with paper."""
