"""``python -m orderbridge`` and the ``orderbridge`` command."""

from __future__ import annotations

from orderbridge.cli.main import main

if __name__ == "__main__":
    main()
