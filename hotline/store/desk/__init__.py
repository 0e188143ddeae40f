"""What is kept for the desk: queue, talking, entry, paper, photographs, callbacks, reminders."""
