"""The program's settings with fixed keys and a database server of the tests' own."""

import base64
import hashlib
import os
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# One folder for each checkout and account: the server's first start is paid once, not every run.
_place = hashlib.sha256(os.fsencode(ROOT)).hexdigest()[:10]
TEST_DATA = Path(tempfile.gettempdir()) / f"cheji-tests-{os.getuid()}-{_place}"
# Workers of one run share this number, so that a later run can tell living runs from dead ones.
RUN = os.environ.setdefault("CHEJI_TEST_RUN", str(os.getpid()))

os.environ["CHEJI_DATA"] = str(TEST_DATA)
for _name in ("DJANGO", "FIELD", "INDEX"):
    os.environ[f"CHEJI_KEY_{_name}"] = base64.b64encode(_name.encode().ljust(32, b"-")).decode()
for _name in ("CHEJI_ORIGINS", "CHEJI_REQUIRE_MFA", "CHEJI_DEBUG", "CHEJI_HOSTS"):
    os.environ.pop(_name, None)

from cheji.config.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # a hundred sign-ins a second
DATABASES["default"]["TEST"] = {"NAME": f"test_{RUN}"}  # noqa: F405
DATABASES["default"]["CONN_MAX_AGE"] = 0  # noqa: F405
