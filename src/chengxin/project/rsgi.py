"""What a web process serves: lookups and credit checks from its event loop, everything else by Django in threads."""

import gc
import os
import sys

from chengxin.project.wsgi import application as pages

# Settings must be ready before these.
from django.urls import get_resolver  # isort: skip

from chengxin.base import clock
from chengxin.base.bridging import Bridge
from chengxin.faces.rest.lanes import Lanes
from chengxin.registry.catalogue import queries as catalogue
from chengxin.regulation.lists import policy as lists
from chengxin.regulation.measures import policy as measures

# Requests at the same time in each web process: more would only wait for each other (bench/search).
THREADS = int(os.environ.get("CHENGXIN_THREADS", "2"))

# Loaded now: else the first people to ask a new process would wait a second for it.
assert get_resolver().url_patterns and catalogue.items()
assert lists.lists_on(clock.today()) and measures.measures_on(clock.today()) and measures.matters_on(clock.today())

# A thread asks for its turn only after this long without a switch. Short queries switch more often than the usual 5 ms,
# and under full load a waiting thread was passed over for seconds (bench/api).
sys.setswitchinterval(0.0005)

# What is loaded stays: the collector need not walk through it, for 0.2 s in which nobody is answered (bench/check).
gc.collect()
gc.freeze()

application = Lanes(Bridge(pages, threads=THREADS))
