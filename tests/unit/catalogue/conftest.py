"""Settings of the random tests."""

from hypothesis import settings

# Tests never assert a time, and the machine may be busy.
settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")
