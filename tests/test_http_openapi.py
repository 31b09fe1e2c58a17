"""What the OpenAPI document says of parameters."""

from __future__ import annotations

from typing import Any

from linernotes.serve.openapi import without_null


def told(schema: dict[str, Any]) -> object:
    document = {"paths": {"/x": {"get": {"parameters": [{"name": "n", "schema": schema}]}}}}
    shown = without_null(document)
    return shown["paths"]["/x"]["get"]["parameters"][0]["schema"]


def test_a_parameter_is_left_out_and_never_null() -> None:
    assert told({"anyOf": [{"type": "integer"}, {"type": "null"}], "title": "N"}) == {
        "title": "N",
        "type": "integer",
    }
    assert told({"anyOf": [{"type": "integer"}, {"const": ""}, {"type": "null"}]}) == {
        "anyOf": [{"type": "integer"}, {"const": ""}]
    }


def test_other_parameters_stay_as_they_are() -> None:
    assert told({"type": "string"}) == {"type": "string"}
