"""The API itself: its addresses, its document, and the one shape of its errors."""

from typing import Any

from django.http import Http404, HttpRequest
from ninja import NinjaAPI, Router

from cheji import __version__
from cheji.api import figures, records, registers, simulations
from cheji.api.callers import Token, caller
from cheji.api.errors import handle
from cheji.reads import people

api = NinjaAPI(
    title="车绩 Cheji",
    version=__version__,
    description="docs/zh/api.md · docs/en/api.md",
    auth=Token(),
    docs_url=None,
    openapi_url=None,
    urls_namespace="api-1",
)
handle(api)
api.add_router("", records.router, tags=["records"])
api.add_router("", registers.router, tags=["registers"])
api.add_router("", figures.router, tags=["figures"])
api.add_router("", simulations.router, tags=["simulations of pay"])


@api.get("/me", response=dict[str, Any], tags=["caller"])
def me(request: HttpRequest) -> Any:
    """Who asks, for what the token is made, and the outlets within reach."""
    found = caller(request)
    outlets = [{"code": one.code, "name": one.name} for one in people.outlets(found.viewer)]
    return {
        "name": found.viewer.name,
        "on": found.viewer.on.isoformat(),
        "scopes": sorted(found.scopes),
        "outlets": outlets,
    }


@api.get("/openapi.json", response=dict[str, Any], tags=["caller"])
def document(request: HttpRequest) -> Any:  # noqa: ARG001  ninja names it
    """This document (OpenAPI 3.1)."""
    return api.get_openapi_schema()


rest_of_all = Router()  # after all others


@rest_of_all.api_operation(
    ["GET", "POST", "PUT", "PATCH", "DELETE"], "/{path:rest}", auth=None, include_in_schema=False
)
def nowhere(request: HttpRequest, rest: str) -> Any:  # noqa: ARG001
    raise Http404(rest)


api.add_router("", rest_of_all)
