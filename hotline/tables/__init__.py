"""Tables that people bring and take away: one reader and one writer for all of them."""
