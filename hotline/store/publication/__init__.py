"""What is kept for publication: recount, draft, orders, publishing."""
