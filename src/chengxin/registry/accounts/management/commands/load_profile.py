import csv
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand

from chengxin.registry.accounts import services


class Command(BaseCommand):
    help = "Load the city profile's organisations into the database; safe to repeat."

    def handle(self, *args: object, **options: object) -> None:
        """Read organisations.csv and bring the table to it."""
        with (Path(settings.CITY_FOLDER) / "organisations.csv").open(encoding="utf-8", newline="") as file:
            rows = [services.OrganisationEntry(**row) for row in csv.DictReader(file)]
        self.stdout.write(f"{services.load_organisations(rows)} organisations")
