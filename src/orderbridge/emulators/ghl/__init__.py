"""The stand-in for the HighLevel API."""
