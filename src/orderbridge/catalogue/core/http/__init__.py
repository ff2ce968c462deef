"""Calls to other web services."""
