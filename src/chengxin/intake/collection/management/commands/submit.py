import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import translation

from chengxin.base import clock
from chengxin.base.errors import ChengxinError
from chengxin.intake.collection import answers, services
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Role

SHOWN = 20


class Command(BaseCommand):
    help = "Hand in a file (CSV, XLSX, JSON Lines) for a catalogue item."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Item, file, and for whom."""
        parser.add_argument("item", help="code of the catalogue item, e.g. penalty-organisation")
        parser.add_argument("file", type=Path)
        parser.add_argument("--organisation", required=True, help="unified social credit code of the organisation")
        parser.add_argument("--json", action="store_true", help="print the answer as JSON")
        parser.add_argument("--language", choices=["zh-hans", "en"], default="zh-hans")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit 0 when the file was processed, whatever was rejected; 2 when it cannot be read as that item."""
        with translation.override(options["language"]):
            try:
                result = self._submit(options["item"], options["file"], options["organisation"])
            except ChengxinError as error:
                self._refuse(error, as_json=options["json"])
                raise SystemExit(2) from error
            answer = answers.answer(result)
            if options["json"]:
                self.stdout.write(json.dumps(answer, ensure_ascii=False))
            else:
                self._tell(answer)

    def _submit(self, item: str, path: Path, organisation: str) -> services.SubmissionResult:
        actor = accounts.actor_of_organisation(
            organisation, roles=frozenset({Role.DEPARTMENT_OFFICER}), name="command-line"
        )
        if actor is None or actor.organisation_id is None:
            raise services.UnknownOrganisation(organisation=organisation)
        if not path.is_file():
            raise services.NoSuchFile(path=str(path))
        return services.submit(
            path,
            filename=path.name,
            item_code=item,
            by=actor,
            organisation_id=actor.organisation_id,
            at=clock.now(),
        )

    def _refuse(self, error: ChengxinError, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(answers.refusal(error), ensure_ascii=False))
        self.stderr.write(f"{error.sentence}\n{error.advice}")

    def _tell(self, answer: dict[str, Any]) -> None:
        self.stdout.write(
            "{submission}: {item}  rows {rows}  accepted {accepted}  corrected {corrected}  unchanged {unchanged}"
            "  rejected {rejected}".format(**answer)
        )
        for name in ("faults", "notes"):
            for one in answer[name][:SHOWN]:
                self.stdout.write(f"  {name[:-1]} {one['row']:>6} {one['field']} {one['rule']}: {one['message']}")
            if len(answer[name]) > SHOWN:
                self.stdout.write(f"  … {len(answer[name]) - SHOWN} more {name}; --json prints all")
