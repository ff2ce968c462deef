"""Payments, kept as records or history."""
