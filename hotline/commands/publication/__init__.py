"""Commands of publication: recount, draft, orders, publishing."""
