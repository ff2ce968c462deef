"""Exact money, each amount with its currency."""
