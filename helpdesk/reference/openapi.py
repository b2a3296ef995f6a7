"""docs/openapi.yaml: the agents' REST API, from its views."""

from __future__ import annotations

from typing import Any

from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.extensions import OpenApiAuthenticationExtension, OpenApiViewExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiYamlRenderer
from drf_spectacular.utils import OpenApiParameter, extend_schema
from drf_spectacular.validation import validate_schema

from chat.api.shapes import FLAG, ID, TEXT, maybe, obj, of_fields, rows
from helpdesk.fields import Field
from helpdesk.reference.errors import collect_codes, source_trees
from tickets.api.canned import FIELDS as CANNED_FIELDS

CANNED = obj(
    id=ID,
    shortcut=TEXT,
    title=TEXT,
    text=TEXT,
    scope={"type": "string", "enum": ["personal", "department", "workspace"]},
    department=maybe(obj(id=ID, name=TEXT)),
    mine=FLAG,
    editable=FLAG,
)
ANY_FIELD = {name: Field(each.clean, None) for name, each in CANNED_FIELDS.items()}
EITHER: list[dict[str, list[str]]] = [{"apiToken": []}, {"session": []}]
PROBLEM = {"$ref": "#/components/responses/Problem"}


class SpecificationProblem(Exception):
    """The description of the API is incomplete."""


class Members(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "helpdesk.accounts.api.authentication.MemberAuthentication"
    name = ["apiToken", "session"]

    def get_security_definition(self, auto_schema: Any) -> list[dict[str, Any]]:
        return [
            {"type": "http", "scheme": "bearer", "description": "An API token of a member, from their profile page."},
            {
                "type": "apiKey",
                "in": "cookie",
                "name": "session",
                "description": "Our own pages: the session cookie with the headers X-CSRFToken and X-Workspace.",
            },
        ]


class CannedListDescription(OpenApiViewExtension):  # type: ignore[no-untyped-call]
    target_class = "tickets.api.canned.CannedList"

    def view_replacement(self) -> Any:
        target: Any = self.target_class
        search = OpenApiParameter("q", str, description="Searches shortcut, title and text.")

        class Described(target):
            get = extend_schema(operation_id="list_canned", parameters=[search], responses={200: rows(CANNED)})(
                target.get
            )
            post = extend_schema(
                operation_id="create_canned",
                description="Keep a canned message for oneself, a department or everyone.",
                request={"application/json": of_fields(CANNED_FIELDS)},
                responses={201: CANNED},
            )(target.post)

        return Described


class CannedDetailDescription(OpenApiViewExtension):  # type: ignore[no-untyped-call]
    target_class = "tickets.api.canned.CannedDetail"

    def view_replacement(self) -> Any:
        target: Any = self.target_class

        class Described(target):
            patch = extend_schema(
                operation_id="change_canned",
                request={"application/json": of_fields(ANY_FIELD)},
                responses={200: CANNED},
            )(target.patch)
            delete = extend_schema(
                operation_id="delete_canned", description="Remove a canned message.", responses={204: None}
            )(target.delete)

        return Described


def openapi_yaml() -> str:
    GENERATOR_STATS.reset()
    schema = SchemaGenerator().get_schema(request=None, public=True)
    if GENERATOR_STATS:
        GENERATOR_STATS.emit_summary()
        raise SpecificationProblem("The API's description has gaps; they are listed above.")
    _say_what_all_share(schema)
    validate_schema(schema)
    text: bytes = OpenApiYamlRenderer().render(schema, renderer_context={})
    return "# Made by `manage.py generate_docs` from the views. Do not edit.\n" + text.decode()


def _say_what_all_share(schema: dict[str, Any]) -> None:
    """Every operation takes a token or a session, and may answer a problem, always in this one shape."""
    components = schema.setdefault("components", {})
    components.setdefault("schemas", {})["Problem"] = {
        "type": "object",
        "description": "RFC 9457. The codes are explained in docs/errors.md.",
        "required": ["type", "title", "status", "code", "detail", "retry"],
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "code": {"type": "string", "enum": sorted(collect_codes(source_trees()))},
            "detail": {"type": "string", "description": "A sentence for people, translated."},
            "field": {"type": "string", "description": "The input at fault."},
            "retry": {"type": "boolean", "description": "Whether the same may be sent again."},
            "retry_in_ms": {"type": "integer"},
        },
        "additionalProperties": True,
    }
    components["responses"] = {
        "Problem": {
            "description": "A refusal.",
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
    }
    for methods in schema["paths"].values():
        for operation in methods.values():
            operation["responses"]["default"] = PROBLEM
            operation["security"] = EITHER
