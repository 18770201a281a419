"""One shape for every no: `errors` of code, zh, en, where, mend_zh, mend_en; and its status."""

import logging
from typing import Any

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from cheji.actions.deeds import Crossed, TakenMeanwhile
from cheji.actions.tokens import KeyReused, NoSuchToken, TooManyRequests, TooManyRows
from cheji.api.callers import ScopeLacking
from cheji.records.refusals import ChangedMeanwhile, NotFound, NotYours, Refused

LOG = logging.getLogger("cheji.api")
STATUS: dict[type[Refused], int] = {
    NoSuchToken: 401,
    NotYours: 403,
    ScopeLacking: 403,
    TooManyRows: 403,
    NotFound: 404,
    ChangedMeanwhile: 409,
    TakenMeanwhile: 409,
    Crossed: 409,
    KeyReused: 409,
    TooManyRequests: 429,
}
HEADERS = {401: {"WWW-Authenticate": "Bearer"}, 429: {"Retry-After": "60"}}


class NoSuchAddress(Refused):
    """There is no such address. The document at /api/v1/openapi.json lists all of them."""

    zh = "没有该地址。全部地址见 /api/v1/openapi.json。"


class BadRequest(Refused):
    """{what}. Write it as the document at /api/v1/openapi.json says."""

    zh = "{what}。请按 /api/v1/openapi.json 的说明填写。"


class TooMuch(Refused):
    """A request takes {most} MB at most; this one is larger. Send it in smaller parts."""

    zh = "一次请求最多 {most} MB，这次超过了。请分成几次提交。"


class Broken(Refused):
    """This went wrong on our side; nothing was written. Ask again, or tell us {request}."""

    zh = "程序出错，未写入任何数据。请重试，或把编号 {request} 告诉管理员。"


def answer(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """A refusal as an answer."""
    status = next((code for kind, code in STATUS.items() if isinstance(refusal, kind)), 422)
    return _answer(request, [told(refusal)], status)


def told(refusal: Refused, where: str = "") -> dict[str, str]:
    """A rule's sentence: what is wrong, then how to mend it."""
    zh, _, mend_zh = refusal.say("zh-hans").partition("。")
    en, _, mend_en = refusal.say("en").partition(". ")
    place = where or str(refusal.place.get("column") or refusal.place.get("field") or "")
    return {
        "code": refusal.code, "zh": f"{zh}。", "en": en.rstrip(".") + ".", "where": place,
        "mend_zh": mend_zh, "mend_en": mend_en,
    }  # fmt: skip


def _answer(request: HttpRequest, errors: list[dict[str, str]], status: int) -> HttpResponse:
    body = {"errors": errors, "request": getattr(request, "number", "")}
    return JsonResponse(body, status=status, headers=HEADERS.get(status, {}))


def _invalid(request: HttpRequest, fault: ValidationError) -> HttpResponse:
    errors = [_place_of(one) for one in fault.errors]
    return _answer(request, errors, 422)


def _place_of(fault: dict[str, Any]) -> dict[str, str]:
    """What pydantic found, at its place in the body or the address."""
    where = ".".join(str(part) for part in fault["loc"] if part not in ("body", "payload", "query"))
    return told(BadRequest(what=str(fault["msg"])), where)


def handle(api: NinjaAPI) -> None:
    """Let the API answer every fault in the one shape."""

    @api.exception_handler(Refused)
    def refused(request: HttpRequest, fault: Refused) -> HttpResponse:
        return answer(request, fault)

    @api.exception_handler(ValidationError)
    def invalid(request: HttpRequest, fault: ValidationError) -> HttpResponse:
        return _invalid(request, fault)

    @api.exception_handler(HttpError)
    def unread(request: HttpRequest, fault: HttpError) -> HttpResponse:
        return _answer(request, [told(BadRequest(what=str(fault)))], fault.status_code)

    @api.exception_handler(Http404)
    def missing(request: HttpRequest, _fault: Http404) -> HttpResponse:
        return _answer(request, [told(NoSuchAddress())], 404)

    @api.exception_handler(SuspiciousOperation)
    def too_much(request: HttpRequest, _fault: SuspiciousOperation) -> HttpResponse:
        most = f"{settings.DATA_UPLOAD_MAX_MEMORY_SIZE / (1 << 20):g}"
        return _answer(request, [told(TooMuch(most=most))], 413)

    @api.exception_handler(Exception)
    def broken(request: HttpRequest, fault: Exception) -> HttpResponse:
        number = getattr(request, "number", "")
        LOG.error("%s: %s %s", number, request.method, request.path, exc_info=fault)
        return _answer(request, [told(Broken(request=number))], 500)
