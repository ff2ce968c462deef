"""Reasons why opportunities are lost."""
