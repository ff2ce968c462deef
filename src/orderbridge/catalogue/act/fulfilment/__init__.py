"""Fulfilments, kept as records or history."""
