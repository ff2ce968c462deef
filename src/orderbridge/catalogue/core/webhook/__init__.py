"""Calls from outside."""
