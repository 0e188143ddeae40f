"""What all pages that somebody signs in for share: access, sessions, protection, forms."""
