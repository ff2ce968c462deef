"""Write the description of the HTTP API to standard output; the types of the web app are made from it."""

from __future__ import annotations

import json
import sys
from typing import Any, cast

from orderbridge.api.app import Served, create_api


class _Anything:
    """What routes are made with; none is called here."""

    def __getattr__(self, _name: str) -> Any:
        return _Anything()


def main() -> None:
    """Describe it as it is without a public address."""
    api = create_api(cast(Served, _Anything()), max_body_bytes=0, rsa_legacy=False, version="0")
    json.dump(api.openapi(), sys.stdout, indent=1, sort_keys=True)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
