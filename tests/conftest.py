"""What every test may use: a real PostgreSQL, started when the first test asks for it."""

pytest_plugins = ["support.postgres"]
