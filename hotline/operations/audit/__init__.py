"""Whether what is kept is still what was written: each check reads it all and names what is not."""
