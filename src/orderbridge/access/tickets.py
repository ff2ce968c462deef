"""Random words that let somebody in: in a cookie or a link. What is stored of them lets nobody in."""

from __future__ import annotations

import hashlib
import hmac
import secrets

# Recognisable, so that scanners for leaked secrets find them, and our own logs hide them.
SESSION, INVITATION = "obs_", "obi_"


def new(kind: str) -> str:
    """Return a new word."""
    return kind + secrets.token_urlsafe(32)


def digest(word: str) -> str:
    """Return what is stored of a word."""
    # It is random and long: there is nothing that a slow hash would protect.
    return hashlib.sha256(word.encode()).hexdigest()


def csrf(word: str) -> str:
    """Return the second word of a session, which its own pages send along and others' cannot know."""
    return hmac.new(word.encode(), b"orderbridge csrf", hashlib.sha256).hexdigest()


def same(given: str, wanted: str) -> bool:
    """Compare without telling by the time taken where they differ."""
    return hmac.compare_digest(given.encode(), wanted.encode())
