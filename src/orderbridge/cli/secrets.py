"""Secrets that a person enters: from standard input or a prompt, never from the command line."""

from __future__ import annotations

import sys

import typer

from orderbridge.core.errors import SetupError


def entered(from_stdin: bool, what: str, option: str) -> str:
    """Return the secret ``what``, read from standard input or asked for on a terminal.

    Raises:
        SetupError: There is no terminal to ask on, or nothing was entered.
    """
    if from_stdin:
        secret = sys.stdin.readline().strip()
    elif sys.stdin.isatty():
        secret = typer.prompt(what.capitalize(), hide_input=True)
    else:
        raise SetupError(f"give the {what} on standard input, with {option}")
    if not secret:
        raise SetupError(f"the {what} is empty")
    return secret
