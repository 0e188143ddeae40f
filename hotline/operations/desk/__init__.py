"""Use cases of the desk: queue, talking, callbacks, reminders; `entry` for what is keyed there."""
