"""The WSGI application, for `cheji serve` and for any other WSGI server."""

import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from cheji.config.program import join_database
from cheji.records.collecting import leave_what_is_loaded

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cheji.config.settings")
join_database()
application = get_wsgi_application()
import_module(settings.ROOT_URLCONF)  # every screen, before the first is asked for
leave_what_is_loaded()
