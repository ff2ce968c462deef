"""What every test may use: a real PostgreSQL and a small world, made when the first test asks for them."""

import os
from collections.abc import Iterator

import pytest
import structlog
from hypothesis import HealthCheck, settings

pytest_plugins = ["support.postgres", "support.world", "support.shell", "support.keyrings"]

# How long an example takes is the machine's affair: on a busy one it says nothing about the code. A build that runs
# twice tries the same examples twice; whoever works on the code tries others each time.
settings.register_profile(
    "house", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize="CI" in os.environ
)
settings.load_profile("house")


@pytest.fixture(autouse=True)
def logs_as_they_were() -> Iterator[None]:
    """Undo what a test set up for logs: they would go on into its own capture, which is closed after it."""
    yield
    structlog.reset_defaults()
