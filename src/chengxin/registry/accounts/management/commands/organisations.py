import json
from argparse import ArgumentParser

from django.core.management.base import BaseCommand

from chengxin.registry.accounts import queries


class Command(BaseCommand):
    help = "List the city's organisations."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How to print them."""
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: object, **options: object) -> None:
        """Print all organisations, one a line or as JSON."""
        found = queries.organisations()
        if options["json"]:
            rows = [
                {
                    "code": o.code,
                    "name_zh": o.name_zh,
                    "name_en": o.name_en,
                    "division": o.division,
                    "parent": o.parent_code,
                    "kind": o.kind,
                    "code_is_generated": o.code_is_generated,
                }
                for o in found
            ]
            self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=1))
            return
        for o in found:
            self.stdout.write(f"{o.code}  {o.name_zh}  {o.name_en}")
