"""Stateful stand-ins for both APIs."""
