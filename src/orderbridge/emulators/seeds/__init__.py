"""The seeded business history."""
