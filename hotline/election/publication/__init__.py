"""Pure rules of publication: recount, draft, orders, publishing."""
