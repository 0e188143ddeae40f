"""What is kept for accounts: sign-in, passwords, people."""
