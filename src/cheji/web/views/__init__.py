"""One module for each noun of the screens; `cheji.web.urls` collects their `urlpatterns`.

A view takes a request, asks `viewers.viewer(request)`, calls reads or actions and renders. Lists
are named after their noun in the plural (`orders`), a record after the noun (`order`, by id): so
`navigation.record_url("order", 7)` finds it and a row behind a number can open it. A Refused that
a view lets through becomes a readable page (`middleware.Refusals`). A page that may open in the
drawer extends `layout_for(request)`.
"""
