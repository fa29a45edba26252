import json
from argparse import ArgumentParser

from django.core.management.base import BaseCommand

from chengxin.base import clock
from chengxin.base.audit import queries


class Command(BaseCommand):
    help = "audit verify [--json]: walk the audit chain and say where it was changed, cut or added to."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What to do, and how to print it."""
        parser.add_argument("verb", choices=["verify"])
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: object, **options: object) -> None:
        """Exit 0 where the chain holds, 1 where it does not."""
        verdict = queries.verify(at=clock.now())
        faults = [{"seq": f.seq, "kind": f.kind, "message": f.message} for f in verdict.faults]
        if options["json"]:
            answer = {"entries": verdict.entries, "intact": verdict.intact, "faults": faults}
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
        else:
            state = "intact" if verdict.intact else "NOT intact"
            self.stdout.write(f"{verdict.entries} audit entries: the chain is {state}.")
            for fault in faults:
                self.stdout.write(f"  {fault['kind']} at {fault['seq']}: {fault['message']}")
        if not verdict.intact:
            raise SystemExit(1)
