import json
from argparse import ArgumentParser
from dataclasses import asdict

from django.core.management.base import BaseCommand

from chengxin.base import clock
from chengxin.base.audit import queries as audit
from chengxin.regulation.measures import sealing


class Command(BaseCommand):
    help = "receipts verify [--json]: walk the seals of credit checks' receipts and say which spans were changed since."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What to do, and how to print it."""
        parser.add_argument("verb", choices=["verify"])
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: object, **options: object) -> None:
        """Exit 0 where chain and seals hold, 1 where one does not.

        The seals stand in the audit chain: where the chain itself was changed, they prove nothing.
        """
        at = clock.now()
        chain, standing, broken = audit.verify(at=at), sealing.sealed_so_far(), list(sealing.broken_spans())
        sound = chain.intact and not broken
        if options["json"]:
            told = {"chain": chain.intact, **asdict(standing), "broken": [asdict(b) for b in broken], "intact": sound}
            self.stdout.write(json.dumps(told, ensure_ascii=False))
        else:
            self._tell(chain.intact, standing, broken)
        if not sound:
            raise SystemExit(1)

    def _tell(self, chain: bool, standing: sealing.Sealed, broken: list[sealing.BrokenSpan]) -> None:
        last = f", the last until {standing.until}" if standing.spans else ""
        self.stdout.write(f"{standing.spans} seals of {standing.receipts} receipts{last}.")
        if not chain:
            self.stdout.write("The audit chain that holds the seals is NOT intact: run `audit verify`.")
        for one in broken:
            self.stdout.write(f"  changed: {one.since} – {one.until}: {one.sealed} sealed, {one.found} there now")
        if chain and not broken:
            self.stdout.write("All of them hold.")
