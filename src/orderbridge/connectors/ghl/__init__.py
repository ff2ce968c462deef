"""The HighLevel API."""
