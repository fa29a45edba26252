import os
import sys

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chengxin.project.settings")
_pages = get_wsgi_application()

# Settings must be ready before these.
from django.urls import get_resolver  # noqa: E402

from chengxin.base import clock  # noqa: E402
from chengxin.faces.rest.express import Express  # noqa: E402
from chengxin.faces.rest.express_checks import ExpressChecks  # noqa: E402
from chengxin.registry.catalogue import queries as catalogue  # noqa: E402
from chengxin.regulation.lists import policy as lists  # noqa: E402
from chengxin.regulation.measures import policy as measures  # noqa: E402

# Loaded now: else the first people to ask a new process would wait a second for it.
assert get_resolver().url_patterns and catalogue.items()
assert lists.lists_on(clock.today()) and measures.measures_on(clock.today()) and measures.matters_on(clock.today())

# A thread asks for its turn only after this long without a switch. Short queries switch more often than the usual 5 ms,
# and under full load a waiting thread was passed over for seconds (bench/api).
sys.setswitchinterval(0.0005)

application = ExpressChecks(Express(_pages))
