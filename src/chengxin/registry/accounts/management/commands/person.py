import getpass
import sys
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from chengxin.base import clock
from chengxin.base.errors import ChengxinError
from chengxin.registry.accounts import services
from chengxin.registry.accounts.rules import Actor, Role

COMMAND_LINE = Actor("command-line", None, "", frozenset({Role.ADMINISTRATOR}))


class Command(BaseCommand):
    help = "Make a person who signs in with a password, and appoint them to an organisation."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Who, where, as what; the password is asked for, or read from the standard input."""
        actions = parser.add_subparsers(dest="action", required=True)
        create = actions.add_parser("create", help="make a person")
        create.add_argument("username")
        create.add_argument("--name", required=True, help="name in Chinese")
        create.add_argument("--name-en", default="", help="name in English (default: the Chinese one)")
        create.add_argument("--organisation", required=True, help="unified social credit code of the organisation")
        create.add_argument("--role", required=True, choices=[role.value for role in Role])

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the person and their appointment together, or neither."""
        password = getpass.getpass() if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
        username, now = options["username"], clock.now()
        try:
            validate_password(password)
            with transaction.atomic():
                services.create_user(
                    username,
                    name_zh=options["name"],
                    name_en=options["name_en"] or options["name"],
                    password=password,
                    is_demo=False,
                    by=COMMAND_LINE,
                    at=now,
                )
                services.appoint(
                    username,
                    organisation_code=options["organisation"],
                    role=Role(options["role"]),
                    valid_from=clock.local_date(now),
                    by=COMMAND_LINE,
                    at=now,
                )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        except ChengxinError as error:
            raise CommandError(error.sentence) from error
        self.stdout.write(f"{username} may sign in.")
