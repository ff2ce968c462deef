"""The templates that come with the product, as YAML beside this module."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from pydantic import ValidationError

from orderbridge.catalogue import schema
from orderbridge.core.errors import FlowError
from orderbridge.core.jsonio import JsonObject
from orderbridge.flows.model import Flow, Template

# The parser in C where there is one: the other takes longer for these files than all else in enabling a template.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def load_all() -> dict[str, Template]:
    """Return every template by its name."""
    return dict(_installed())


@cache
def _installed() -> dict[str, Template]:
    # They are part of the program, and so stay the same for as long as it runs.
    found = {}
    for entry in sorted(files(__name__).iterdir(), key=lambda item: item.name):
        if entry.name.endswith(".yaml"):
            template = read(entry.read_text(encoding="utf-8"), where=entry.name)
            found[template.template] = template
    return found


def find(name: str) -> Template:
    """Return one template.

    Raises:
        FlowError: There is none of that name.
    """
    known = _installed()
    if name not in known:
        raise FlowError(
            f"there is no template {name!r}; there are {', '.join(known)}", cause="flow.unknown_template"
        )
    return known[name]


def read(text: str, *, where: str) -> Template:
    """Parse a template's YAML.

    Raises:
        FlowError: It is not a template; the message names the place.
    """
    try:
        template = Template.model_validate(yaml.load(text, Loader=_Loader))  # noqa: S506 (both are safe ones)
        for flow in template.flows:
            Flow.model_validate(
                _filled(flow, {name: item.example for name, item in template.settings.items()})
            )
    except (ValidationError, yaml.YAMLError, KeyError) as error:
        raise FlowError(f"{where} is not a template: {error}", cause="flow.bad_template") from error
    return template


def fill(template: Template, given: JsonObject) -> list[Flow]:
    """Return a template's flows with its settings in their places.

    Raises:
        FlowError: A setting is unknown, missing, or does not fit.
    """
    schema.check(
        {
            "type": "object",
            "properties": {name: item.schema_ for name, item in template.settings.items()},
            "required": [name for name, item in template.settings.items() if item.required],
            "additionalProperties": False,
        },
        given,
        what=f"template {template.template}",
        example={name: item.example for name, item in template.settings.items()},
    )
    values = {name: item.default for name, item in template.settings.items()} | given
    return [Flow.model_validate(_filled(flow, values)) for flow in template.flows]


def _filled(value: Any, settings: JsonObject) -> Any:
    if isinstance(value, list):
        return [_filled(item, settings) for item in value if _is_wanted(item, settings)]
    if not isinstance(value, dict):
        return value
    if set(value) == {"setting"}:
        return settings[value["setting"]]
    return {key: _filled(item, settings) for key, item in value.items() if key != "only_with"}


def _is_wanted(value: Any, settings: JsonObject) -> bool:
    return not isinstance(value, dict) or "only_with" not in value or bool(settings[value["only_with"]])
