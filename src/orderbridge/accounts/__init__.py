"""The accounts of both sides: connecting, trying, discovering and keeping them in order."""
