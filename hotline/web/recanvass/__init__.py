"""The pages of recanvass and recount."""
