"""The one place that imports the JSONata library, whose import would change a limit of the whole process."""

from __future__ import annotations

import sys

_limit = sys.getrecursionlimit()
# The library raises the limit to 10,000 calls when it is imported. Whoever else runs here did not ask for that.
from jsonata import functions, jexception, parser, signature, tokenizer, utils  # noqa: E402
from jsonata.jsonata import Jsonata  # noqa: E402

sys.setrecursionlimit(_limit)

Functions = functions.Functions
JException = jexception.JException
Parser = parser.Parser
Symbol = parser.Parser.Symbol
Signature = signature.Signature
Tokenizer = tokenizer.Tokenizer
Utils = utils.Utils

# The library's null; its None means that there is nothing at all.
NULL = Utils.NULL_VALUE

__all__ = [
    "NULL",
    "Functions",
    "JException",
    "Jsonata",
    "Parser",
    "Signature",
    "Symbol",
    "Tokenizer",
    "Utils",
]
