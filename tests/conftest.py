"""What every test may use: a real PostgreSQL and a small world, made when the first test asks for them."""

from hypothesis import HealthCheck, settings

pytest_plugins = ["support.postgres", "support.world", "support.shell", "support.keyrings"]

# How long an example takes is the machine's affair: on a busy one it says nothing about the code.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")
