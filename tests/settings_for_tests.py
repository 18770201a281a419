"""The program's settings with fixed keys and a database server of the tests' own."""

import base64
import os
import tempfile
from pathlib import Path

# Workers of one run share this number, and by it the server; a later run sees by it who is dead.
RUN = os.environ.setdefault("CHEJI_TEST_RUN", str(os.getpid()))
PLACE = f"cheji-tests-{os.getuid()}-"
TEST_DATA = Path(tempfile.gettempdir()) / f"{PLACE}{RUN}"

os.environ["CHEJI_DATA"] = str(TEST_DATA)
for _name in ("DJANGO", "FIELD", "INDEX"):
    os.environ[f"CHEJI_KEY_{_name}"] = base64.b64encode(_name.encode().ljust(32, b"-")).decode()
for _name in ("CHEJI_ORIGINS", "CHEJI_REQUIRE_MFA", "CHEJI_DEBUG", "CHEJI_HOSTS"):
    os.environ.pop(_name, None)

# A test's Spark lives for a minute: it is not worth compiling its code to the last degree.
os.environ.setdefault(
    "PYSPARK_SUBMIT_ARGS",
    "--driver-java-options '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC' pyspark-shell",
)

from cheji.config.postgres import SUPERUSER  # noqa: E402
from cheji.config.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # a hundred sign-ins a second
if not os.environ.get("CHEJI_DATABASE_URL"):
    DATABASES["default"]["USER"] = SUPERUSER  # noqa: F405  makes databases, empties them
DATABASES["default"]["TEST"] = {"NAME": "test_cheji"}  # noqa: F405
DATABASES["default"]["CONN_MAX_AGE"] = 0  # noqa: F405
WHITENOISE_AUTOREFRESH = True  # a client looks for what it asks; listing all takes 10 ms of each
