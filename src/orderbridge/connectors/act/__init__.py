"""The Act! Web API."""
