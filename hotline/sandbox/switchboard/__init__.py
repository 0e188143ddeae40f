"""Call queues and conference rooms, and what they ask of the calls in them."""
