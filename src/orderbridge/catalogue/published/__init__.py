"""Every call that the two providers publish: facts only, written by ``scripts/published_calls.py``."""
