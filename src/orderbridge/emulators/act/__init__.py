"""The stand-in for the Act! Web API."""
