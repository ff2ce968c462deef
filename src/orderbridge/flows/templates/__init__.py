"""The templates that come with the product, as YAML beside this module."""

from __future__ import annotations

from importlib.resources import files

import yaml
from pydantic import ValidationError

from orderbridge.core.errors import FlowError
from orderbridge.flows.model import Template


def load_all() -> dict[str, Template]:
    """Return every template by its name."""
    found = {}
    for entry in sorted(files(__name__).iterdir(), key=lambda item: item.name):
        if entry.name.endswith(".yaml"):
            template = read(entry.read_text(encoding="utf-8"), where=entry.name)
            found[template.template] = template
    return found


def read(text: str, *, where: str) -> Template:
    """Parse a template's YAML.

    Raises:
        FlowError: It is not a template; the message names the place.
    """
    try:
        return Template.model_validate(yaml.safe_load(text))
    except (ValidationError, yaml.YAMLError) as error:
        raise FlowError(f"{where} is not a template: {error}", cause="flow.bad_template") from error
