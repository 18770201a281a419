"""The WSGI application, for `cheji serve` and for any other WSGI server."""

import os

from django.core.wsgi import get_wsgi_application

from cheji.config.program import join_database

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cheji.config.settings")
join_database()
application = get_wsgi_application()
