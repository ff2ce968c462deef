"""What every test may use: a real PostgreSQL and a small world, made when the first test asks for them."""

pytest_plugins = ["support.postgres", "support.world", "support.shell", "support.keyrings"]
