from hypothesis import settings

# These machines may be slow: nothing is asserted on time.
settings.register_profile("hotline", deadline=None)
settings.load_profile("hotline")
