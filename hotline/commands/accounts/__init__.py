"""Commands of accounts: sign-in, passwords, people."""
