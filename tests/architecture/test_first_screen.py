"""What a browser has to fetch and read before it can show anything."""

import gzip
import re

import pytest
from repository import SOURCE

STATIC = SOURCE / "api" / "static"
LARGEST_BYTES = 200_000
_ASKED_FOR = re.compile(r'<(?:script type="module"|link rel="modulepreload")[^>]*(?:src|href)="/([^"]+\.js)"')
# Parts that come later are asked for by a call: import("./Name.js").
_IMPORTED = re.compile(r'(?:\bfrom|\bimport)\s*"\./([^"]+\.js)"')


def test_the_javascript_of_the_first_screen_is_small_enough_for_a_slow_line() -> None:
    page = STATIC / "index.html"
    if not page.is_file():
        pytest.skip("the web app is not built; 'make ui' builds it")
    waiting = [STATIC / name for name in _ASKED_FOR.findall(page.read_text(encoding="utf-8"))]
    sizes: dict[str, int] = {}
    while waiting:
        file = waiting.pop()
        if file.name in sizes:
            continue
        code = file.read_bytes()
        sizes[file.name] = len(gzip.compress(code, 9))
        waiting += [file.parent / name for name in _IMPORTED.findall(code.decode("utf-8"))]

    assert sizes
    assert sum(sizes.values()) <= LARGEST_BYTES, sizes
