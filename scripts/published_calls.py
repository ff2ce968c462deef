"""Write the compact list of published calls again: ``python scripts/published_calls.py REFERENCE``.

REFERENCE is a folder with HighLevel's OpenAPI files (``ghl-openapi/apps/*.json`` and ``operations.tsv``) and Act!'s
(``act-web-api.openapi.json``). What is kept are facts: methods, paths, names, types, scopes. Their prose is left out.
With ``--check`` nothing is written, and differences end with exit code 1.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent.parent / "src" / "orderbridge" / "catalogue" / "published"
METHODS = ("get", "post", "put", "patch", "delete")
GHL_VERSION = "2021-07-28"
# Facts of a schema; everything else is prose, or an example that is wrong as often as right.
KEPT = (
    "type", "enum", "items", "properties", "required", "oneOf", "anyOf", "allOf", "additionalProperties",
    "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "pattern", "default", "format",
)  # fmt: skip
FORMATS = ("date", "date-time", "binary")
# Where the published description is known to be wrong about what may be sent.
RELAXED = {
    ("ghl", "GET", "/payments/coupon"): ["id", "code"],  # either is meant
    ("ghl", "POST", "/invoices/{invoiceId}/record-payment"): ["card", "cheque"],  # only those of the mode
}


def ghl(reference: Path) -> dict[str, Any]:
    """HighLevel's calls of the version in use."""
    scopes = _ghl_scopes(reference / "ghl-openapi" / "operations.tsv")
    common = json.loads((reference / "ghl-openapi" / "common" / "common-schemas.json").read_text("utf-8"))
    calls, schemas = [], {}
    for file in sorted((reference / "ghl-openapi" / "apps").glob("*.json")):
        document = json.loads(file.read_text("utf-8"))
        service = file.stem
        names = common.get("components", {}).get("schemas", {}) | document.get("components", {}).get(
            "schemas", {}
        )
        prefix = service.replace("-", "_")
        for path, method, operation in _operations(document):
            tokens, wanted = scopes[method, path]
            call = _call("ghl", document, path, method, operation, prefix)
            call["id"] = f"{prefix}.{_snake(operation['operationId'])}"
            call["service"] = service
            call["tokens"], call["scopes"] = tokens, wanted
            calls.append(call)
        schemas |= {f"{prefix}.{name}": _schema(value, prefix) for name, value in names.items()}
    return _document(calls, schemas)


def act(reference: Path) -> dict[str, Any]:
    """Act!'s calls."""
    document = json.loads((reference / "act-web-api.openapi.json").read_text("utf-8"))
    calls = []
    for path, method, operation in _operations(document):
        call = _call("act", document, path, method, operation, "act")
        service = _snake(operation["tags"][0])
        call["id"] = f"{service}.{_snake(operation['operationId'])}"
        call["service"] = service
        if operation.get("x-act-odata"):
            call["odata"] = True
        calls.append(call)
    schemas = {
        f"act.{name}": _schema(value, "act") for name, value in document["components"]["schemas"].items()
    }
    return _document(calls, schemas)


def _operations(document: dict[str, Any]) -> Any:
    for path, methods in document["paths"].items():
        for method in METHODS:
            if method in methods:
                yield path, method.upper(), methods[method]


def _ghl_scopes(file: Path) -> dict[tuple[str, str], tuple[list[str], list[str]]]:
    found = {}
    for line in file.read_text("utf-8").splitlines()[1:]:
        version, _service, method, path, _id, needs, *_ = line.split("\t")
        if version != GHL_VERSION:
            continue
        tokens, scopes = set(), set()
        for part in filter(None, re.split(r"[;| ]+", needs)):
            token, _, names = part.partition(":")
            tokens.add(token)
            scopes.update(filter(None, names.split(",")))
        found[method, path] = (sorted(tokens), sorted(scopes))
    return found


def _call(
    system: str, document: dict[str, Any], path: str, method: str, operation: dict[str, Any], prefix: str
) -> dict[str, Any]:
    call: dict[str, Any] = {"method": method, "path": path}
    if operation.get("deprecated"):
        call["deprecated"] = True
    relaxed = RELAXED.get((system, method, path), [])
    for place in ("path", "query"):
        parameters = [
            item
            for item in (_resolved(document, item) for item in operation.get("parameters", []))
            if item["in"] == place
        ]
        if parameters:
            call["in_path" if place == "path" else "query"] = {
                "properties": {item["name"]: _schema(item.get("schema", {}), prefix) for item in parameters},
                "required": [
                    item["name"]
                    for item in parameters
                    if item.get("required") and item["name"] not in relaxed
                ],
            }
    body = _resolved(document, operation.get("requestBody", {}))
    for kind, content in body.get("content", {}).items():
        call["body"] = _without(_schema(content.get("schema", {}), prefix), relaxed, document)
        call["body_type"] = kind
        if body.get("required"):
            call["body_required"] = True
    for status, answer in operation.get("responses", {}).items():
        content = _resolved(document, answer).get("content", {}).get("application/json")
        if status.startswith("2") and content:
            call["output"] = _schema(content.get("schema", {}), prefix)
    return call


def _without(schema: dict[str, Any], relaxed: list[str], document: dict[str, Any]) -> dict[str, Any]:
    if not relaxed or "$ref" not in schema:
        return schema
    prefix, name = schema["$ref"].removeprefix("#/$defs/").split(".", 1)
    whole = _schema(document["components"]["schemas"][name], prefix)
    return whole | {"required": [item for item in whole.get("required", []) if item not in relaxed]}


def _resolved(document: dict[str, Any], value: dict[str, Any]) -> dict[str, Any]:
    reference = value.get("$ref", "")
    if not reference.startswith("#/"):
        return value
    found: Any = document
    for part in reference[2:].split("/"):
        found = found[part]
    return found


def _schema(value: Any, prefix: str) -> Any:
    if not isinstance(value, dict):
        return value
    if "$ref" in value:
        return {"$ref": f"#/$defs/{prefix}.{value['$ref'].rsplit('/', 1)[-1]}"}
    kept: dict[str, Any] = {}
    for key in KEPT:
        if key not in value:
            continue
        item = value[key]
        if key == "properties":
            kept[key] = {name: _schema(inner, prefix) for name, inner in item.items()}
        elif key in ("oneOf", "anyOf", "allOf"):
            kept[key] = [_schema(inner, prefix) for inner in item]
        elif key in ("items", "additionalProperties"):
            kept[key] = _schema(item, prefix)
        elif key == "format":
            if item in FORMATS:
                kept[key] = item
        elif key == "required" and not isinstance(item, list):
            continue  # Some property schemas say "required": true, which belongs to the object around.
        else:
            kept[key] = item
    if kept.get("allOf") and len(kept["allOf"]) == 1 and set(kept) <= {"allOf", "type"}:
        kept = kept["allOf"][0]
    if kept.get("enum") and isinstance(kept["enum"][0], list):
        # Written as a number whose one value is the list of all country codes; meant is one of those texts.
        kept |= {"type": "string", "enum": kept["enum"][0]}
    if "enum" in kept and kept.get("type") == "array":
        kept["items"] = {"type": kept.get("items", {}).get("type", "string"), "enum": kept.pop("enum")}
    if value.get("nullable") and isinstance(kept.get("type"), str):
        kept["type"] = [kept["type"], "null"]
        if "enum" in kept:
            kept["enum"] = [*kept["enum"], None]
    return kept


def _document(calls: list[dict[str, Any]], schemas: dict[str, Any]) -> dict[str, Any]:
    used: set[str] = set()
    waiting = set(_references(calls))
    while waiting:
        name = waiting.pop()
        used.add(name)
        waiting |= set(_references(schemas[name])) - used
    return {"calls": calls, "schemas": {name: schemas[name] for name in sorted(used)}}


def _references(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["$ref"].removeprefix("#/$defs/")] if isinstance(value.get("$ref"), str) else []
        return own + [name for item in value.values() for name in _references(item)]
    return [name for item in value for name in _references(item)] if isinstance(value, list) else []


def _snake(name: str) -> str:
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[^A-Za-z0-9]+", "_", name)
    return re.sub("_+", "_", spaced).strip("_").lower()


def _text(document: dict[str, Any]) -> str:
    # A line for each call and each schema: a change of the reference shows as the lines it touches.
    def line(value: Any) -> str:
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False)

    calls = ",\n".join(line(call) for call in document["calls"])
    schemas = ",\n".join(f"{line(name)}:{line(value)}" for name, value in document["schemas"].items())
    return f'{{"calls":[\n{calls}\n],\n"schemas":{{\n{schemas}\n}}}}\n'


def main(arguments: list[str]) -> int:
    """Write, or check, both lists."""
    check = "--check" in arguments
    [reference] = [Path(item) for item in arguments if not item.startswith("--")]
    wrong = 0
    for name, build in (("ghl", ghl), ("act", act)):
        file = HERE / f"{name}.json"
        text = _text(build(reference))
        if not check:
            file.write_text(text, encoding="utf-8", newline="\n")
        elif file.read_text("utf-8") != text:
            print(f"{file.name} is not what the reference gives", file=sys.stderr)
            wrong = 1
    return wrong


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
