from django.core.management.base import BaseCommand

from chengxin.base import clock
from chengxin.base.casework import services


class Command(BaseCommand):
    help = "Give their last day to cases that waited for a year's holiday notice; run it when the notice was added."

    def handle(self, *args: object, **options: object) -> None:
        """Settle them all and say how many."""
        self.stdout.write(f"{services.settle_deadlines(at=clock.now())} deadlines settled")
