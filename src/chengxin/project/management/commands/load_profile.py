from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Load the city profile's organisations into the database; safe to repeat."

    def handle(self, *args: object, **options: object) -> None:
        """Nothing to load yet."""
