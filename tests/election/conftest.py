"""Settings for the tests of this floor."""

from hypothesis import settings

# A machine that is busy with something else is no reason to fail.
settings.register_profile("without-deadline", parent=settings(), deadline=None)
settings.load_profile("without-deadline")
