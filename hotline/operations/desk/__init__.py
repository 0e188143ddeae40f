"""Use cases of the desk: queue, talking, entry, paper, photographs, callbacks, reminders."""
