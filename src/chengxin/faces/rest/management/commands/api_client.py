import json
from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from chengxin.base import clock
from chengxin.base.errors import ChengxinError
from chengxin.faces.rest import queries, services
from chengxin.faces.rest.rules import Scope
from chengxin.registry.accounts.rules import Actor, Role

OPERATOR = Actor(name="command-line", organisation_id=None, organisation_code="", roles=frozenset({Role.ADMINISTRATOR}))
USUAL = frozenset({Scope.SUBMIT, Scope.READ, Scope.CHANGES})


class Command(BaseCommand):
    help = "Create, list and revoke the API clients of organisations."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The three verbs."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        create = verbs.add_parser("create", help="print a new client's id and, this once, its secret")
        create.add_argument("--organisation", required=True, help="unified social credit code")
        create.add_argument("--name", default="")
        choices = [scope.value for scope in Scope]
        create.add_argument("--scope", action="append", choices=choices, help="default: submit, read and changes")
        create.add_argument("--json", action="store_true")
        listing = verbs.add_parser("list", help="all clients")
        listing.add_argument("--json", action="store_true")
        revoke = verbs.add_parser("revoke", help="end a client and its tokens at once")
        revoke.add_argument("client_id")

    def handle(self, *args: object, **options: object) -> None:
        """Do the verb; errors as one sentence."""
        try:
            getattr(self, f"_{options['verb']}")(options)
        except ChengxinError as error:
            raise CommandError(f"{error.sentence} {error.advice}") from error

    def _create(self, options: dict[str, object]) -> None:
        code = str(options["organisation"])
        wanted = options["scope"]
        scopes = frozenset(Scope(s) for s in wanted) if isinstance(wanted, list) else USUAL
        made = services.create_client(
            code, name=str(options["name"] or code), scopes=scopes, by=OPERATOR, at=clock.now()
        )
        if options["json"]:
            content = {
                "client_id": made.client_id,
                "client_secret": made.client_secret,
                "name": made.name,
                "organisation": made.organisation_code,
                "scopes": list(made.scopes),
            }
            self.stdout.write(json.dumps(content, ensure_ascii=False, indent=1))
            return
        self.stdout.write(f"client_id      {made.client_id}")
        self.stdout.write(f"client_secret  {made.client_secret}")
        self.stdout.write(f"scopes         {' '.join(made.scopes)}")
        self.stdout.write("The secret is not stored and can't be shown again.")

    def _list(self, options: dict[str, object]) -> None:
        rows = [
            {
                "client_id": c.client_id,
                "name": c.name,
                "organisation": c.organisation_code,
                "organisation_zh": c.organisation_zh,
                "scopes": list(c.scopes),
                "created_at": c.created_at.isoformat(),
                "revoked_at": c.revoked_at.isoformat() if c.revoked_at else None,
            }
            for c in queries.clients()
        ]
        if options["json"]:
            self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=1))
            return
        for row in rows:
            state = f"revoked {row['revoked_at']}" if row["revoked_at"] else " ".join(row["scopes"] or [])
            self.stdout.write(f"{row['client_id']}  {row['organisation']}  {row['name']}  {state}")

    def _revoke(self, options: dict[str, object]) -> None:
        services.revoke_client(str(options["client_id"]), by=OPERATOR, at=clock.now())
        self.stdout.write("revoked")
