"""Polling and proof: finding what no webhook says, and comparing both sides."""
