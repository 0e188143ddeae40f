"""The review's pages, and the observers'."""
