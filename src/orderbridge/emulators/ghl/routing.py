"""Finding the endpoint of a request; a fixed word wins over a placeholder."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import unquote

from orderbridge.emulators.ghl.calls import Route


class RouteTable:
    """Endpoints by method and number of path segments."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._fixed: dict[tuple[str, str], Route] = {}
        self._open: dict[tuple[str, int], list[tuple[list[str], Route]]] = {}
        for route in routes:
            path = _trimmed(route.path)
            if "{" in path:
                segments = path.split("/")
                self._open.setdefault((route.method, len(segments)), []).append((segments, route))
            else:
                self._fixed[route.method, path] = route

    def find(self, method: str, path: str) -> tuple[Route, dict[str, str]] | None:
        """The endpoint and its path parameters."""
        path = _trimmed(path)
        fixed = self._fixed.get((method, path))
        if fixed is not None:
            return fixed, {}
        given = path.split("/")
        best: tuple[int, Route, dict[str, str]] | None = None
        for segments, route in self._open.get((method, len(given)), ()):
            params = _matched(segments, given)
            if params is not None and (best is None or len(params) < best[0]):
                best = (len(params), route, params)
        return (best[1], best[2]) if best else None


def _trimmed(path: str) -> str:
    # The real service answers with and without the last slash.
    return path.rstrip("/") or "/"


def _matched(segments: list[str], given: list[str]) -> dict[str, str] | None:
    params: dict[str, str] = {}
    for segment, value in zip(segments, given, strict=True):
        if segment.startswith("{"):
            if not value:
                return None
            params[segment[1:-1]] = unquote(value)
        elif segment != value:
            return None
    return params
