"""Contacts of both sides at once."""
