"""Delivers to consumers what they subscribed to, until it is told to stop."""

from typing import Any

from django.core.management.base import BaseCommand

from chengxin.base import clock
from chengxin.intake.delivery.dispatching import Dispatcher


class Command(BaseCommand):
    """One process does; of several each serves other consumers at any moment, and one takes over when another dies."""

    help = __doc__ or ""

    def handle(self, *args: Any, **options: Any) -> None:
        """Run."""
        Dispatcher(now=clock.now).run()
