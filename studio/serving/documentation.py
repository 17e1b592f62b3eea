"""The documentation page of the service: its OpenAPI description as plain HTML, which loads nothing from elsewhere."""

from __future__ import annotations

from typing import Any

from engine.contract.resources import resource_path


def documentation_page(description: dict[str, Any], address: str) -> str:
    """Return the page.

    Args:
        description: the OpenAPI document.
        address: of the service, for the examples.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(resource_path("serving")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    routes = [
        {"path": path, "method": method.upper(), **route}
        for path, methods in description["paths"].items()
        for method, route in methods.items()
    ]
    parts = description.get("components", {}).get("schemas", {})
    template = environment.get_template("docs.html")
    return template.render(title=description["info"]["title"], text=description["info"]["description"], routes=routes,
                           schemas=parts, address=address, type_of=type_of)  # fmt: skip


def type_of(schema: dict[str, Any]) -> str:
    """Return the type of a schema in words: ``number``, ``list of LabelShare``, ``integer or null``."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " or ".join(type_of(one) for one in schema["anyOf"])
    if schema.get("type") == "array":
        return f"list of {type_of(schema['items'])}"
    if "enum" in schema:
        return " or ".join(map(repr, schema["enum"]))
    return str(schema.get("type", "any"))
