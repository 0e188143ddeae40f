"""Use cases of publication: recount, draft, orders, publishing."""
