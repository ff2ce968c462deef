"""Subscriptions, kept as records or history."""
