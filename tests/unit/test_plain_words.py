"""The glossary of the web app and the one of the manual say the same, from one source."""

from __future__ import annotations

import json
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "ui" / "src" / "features" / "help" / "glossary.json"
PAGE = ROOT / "docs" / "explanation" / "words.md"
HEAD = """# Words in plain language

The same as on the page ‘Help’ of the web app, from the same source, `ui/src/features/help/glossary.json`.
What the code calls things is told in [the other list of words](../glossary.md).

"""


def page() -> str:
    """The manual's page as it has to be."""
    words = json.loads(SOURCE.read_text(encoding="utf-8"))
    return HEAD + "\n".join(f"- **{item['word']}**: {item['means']}" for item in words) + "\n"


def test_the_manual_explains_the_words_as_the_pages_do() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "write docs/explanation/words.md anew from page() here"
