"""One call: the documents it obeys, and whom it waits for, talks to or dials meanwhile."""
