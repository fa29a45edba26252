import tempfile
from argparse import ArgumentParser
from datetime import datetime, time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from chengxin.base import clock
from chengxin.base.clock import CITY_TIME
from chengxin.intake.collection import services as collection
from chengxin.project.sample import city
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Role

OPENING = time(9)


class Command(BaseCommand):
    help = "Generate a fictional sample city and hand it in through the departments' own door."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How large."""
        parser.add_argument("--subjects", type=int, default=2000, help="organisations (default 2,000)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the hand-ins, then submit each; the base register comes first."""
        now = clock.now()
        codes = {o.name_zh: o.code for o in accounts.organisations()}
        with tempfile.TemporaryDirectory() as folder:
            hand_ins = city.write(Path(folder), subjects=options["subjects"], today=clock.local_date(now), codes=codes)
            total = sum(h.rows for h in hand_ins)
            done = 0
            for hand_in in hand_ins:
                self._submit(hand_in, now)
                done += hand_in.rows
                self.stdout.write(f"  {done:>9,} of {total:,} records  {hand_in.item}")
            self._submit(city.write_flawed(Path(folder), hand_ins, today=clock.local_date(now), codes=codes), now)

    def _submit(self, hand_in: city.HandIn, now: datetime) -> None:
        actor = accounts.actor_of_organisation(
            hand_in.organisation, roles=frozenset({Role.DEPARTMENT_OFFICER}), name="sample-city"
        )
        if actor is None or actor.organisation_id is None:
            raise SystemExit(f"{hand_in.organisation} is not an organisation of the profile")
        collection.submit(
            hand_in.path,
            filename=hand_in.path.name,
            item_code=hand_in.item,
            by=actor,
            organisation_id=actor.organisation_id,
            at=min(now, datetime.combine(hand_in.on, OPENING, CITY_TIME)),
        )
