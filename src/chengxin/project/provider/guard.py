"""Lets the demo's identity provider run in demo mode and nowhere else: every module of it imports this one first."""

import os

from django.core.exceptions import ImproperlyConfigured

if os.environ.get("CHENGXIN_DEMO", "") != "1":
    raise ImproperlyConfigured("The demo's identity provider knows fictional people only; it runs in demo mode alone.")
