"""Use cases of accounts: sign-in, passwords, people."""
