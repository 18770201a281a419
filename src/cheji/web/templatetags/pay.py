"""{% load pay %}: what the pages of pay share."""

from typing import Any

from django import template

from cheji.web import pay_tabs as views
from cheji.web.templatetags.parts import Tab
from cheji.web.viewers import viewer

register = template.Library()


@register.simple_tag(takes_context=True)
def pay_tabs(context: dict[str, Any]) -> list[Tab]:
    """{% pay_tabs as views %}: the views of pay that the viewer comes to.

    A page that lies behind one or another view says behind which, as `pay_view`.
    """
    request = context["request"]
    return views.pay_tabs(request, viewer(request), context.get("pay_view", ""))
