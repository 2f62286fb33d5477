"""The API's document: valid, complete, and about nothing but the routes there are."""

import re

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from promotion.web.inputs import NewPromotion
from promotion.web.routes import ROUTES
from promotion.web.routing import Access, Form, Route
from tests.building import model
from tests.surfing import Surfer, api_document

API = [route for route in ROUTES if route.form is Form.API]


def test_the_document_is_valid_openapi() -> None:
    errors = list(OpenAPIV31SpecValidator(api_document()).iter_errors())

    assert errors == []


def test_every_call_is_described_and_nothing_else_is() -> None:
    described = {
        (method.upper(), path)
        for path, operations in api_document()["paths"].items()
        for method in operations
    }

    assert described == {(route.method, route.path) for route in API}
    assert all(path.startswith("/api/") for _, path in described)


def test_no_page_is_under_api_and_no_call_outside() -> None:
    for route in ROUTES:
        assert route.path.startswith("/api/") is (route.form is Form.API)


def test_operation_ids_are_unique() -> None:
    ids = [route.operation.id for route in API if route.operation]

    assert len(set(ids)) == len(ids) == len(API)


def test_calls_that_need_a_caller_say_so() -> None:
    for route in API:
        operation = api_document()["paths"][route.path][route.method.lower()]
        closed = route.access is Access.ROLES
        assert operation["security"] == ([{"entra": []}] if closed else [])
        assert ("401" in operation["responses"]) is closed


def test_examples_satisfy_their_own_schemas() -> None:
    seen = 0
    for operations in api_document()["paths"].values():
        for operation in operations.values():
            content = operation.get("requestBody", {}).get("content", {})
            for described in content.values():
                schema = {**described["schema"], "components": api_document()["components"]}
                Draft202012Validator(schema).validate(described["example"])
                seen += 1
            for parameter in operation["parameters"]:
                if "example" in parameter:
                    Draft202012Validator(parameter["schema"]).validate(parameter["example"])

    assert seen == 10


def test_a_decision_must_name_its_revision_and_a_wish_may() -> None:
    paths = api_document()["paths"]

    def if_match(path: str) -> bool:
        (found,) = (
            parameter["required"]
            for parameter in paths[path]["post"]["parameters"]
            if parameter["name"] == "If-Match"
        )
        return bool(found)

    assert if_match("/api/promotions/{id}/decisions") is True
    assert if_match("/api/promotions/{id}/cancel") is False
    assert "428" in paths["/api/promotions/{id}/decisions"]["post"]["responses"]


@pytest.mark.parametrize("route", API, ids=lambda route: f"{route.method} {route.path}")
def test_every_write_can_be_refused_for_what_it_sends(route: Route) -> None:
    responses = api_document()["paths"][route.path][route.method.lower()]["responses"]

    assert ({"400", "413", "415", "422", "429"} <= set(responses)) is route.writes


def test_query_parameters_have_one_type_each() -> None:
    parameters = {
        parameter["name"]: parameter["schema"]
        for parameter in api_document()["paths"]["/api/promotions"]["get"]["parameters"]
    }

    assert parameters["limit"] == {"type": "integer", "minimum": 1, "maximum": 200}
    assert parameters["state"] == {"$ref": "#/components/schemas/State"}
    assert "pending" in api_document()["components"]["schemas"]["State"]["enum"]


def test_every_reference_leads_somewhere() -> None:
    schemas = api_document()["components"]["schemas"]
    wanted = set(re.findall(r"#/components/schemas/(\w+)", str(api_document())))

    assert wanted <= set(schemas)
    assert wanted


def test_the_pattern_of_asset_ids_takes_what_the_code_takes() -> None:
    schema = api_document()["components"]["schemas"][NewPromotion.__name__]
    pattern = schema["properties"]["asset"]["pattern"]

    assert re.search(pattern, model().id)
    assert not re.search(pattern, "azureml://registries/r/models/a/b/versions/1")


def test_the_document_names_where_it_is_served() -> None:
    document = Surfer(settings={"public_url": "https://elsewhere.example"}).json(
        "GET", "/api/openapi.json", None
    )

    assert document["servers"] == [{"url": "https://elsewhere.example"}]
