"""Fulfilments."""
