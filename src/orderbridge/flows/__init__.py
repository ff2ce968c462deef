"""Flows as data, and pure functions on them."""
