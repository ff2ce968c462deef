"""A person."""
