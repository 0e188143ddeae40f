"""The tables of the database, by what they belong to, and the way to the newest schema."""
