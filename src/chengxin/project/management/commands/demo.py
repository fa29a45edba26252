import json
import os
import shutil
import sys
import time
from argparse import ArgumentParser
from io import StringIO
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from psycopg import sql

from chengxin.base import clock
from chengxin.base.database import embedded
from chengxin.faces.rest import services as rest
from chengxin.faces.rest.rules import Scope
from chengxin.project import demo_provider, readiness, serving
from chengxin.project.sample import (
    above,
    front_end,
    grading,
    listing,
    merging,
    opening,
    reorganisation,
    resolving,
    subscriptions,
)
from chengxin.project.sample import campaigns as campaigns_of_the_city
from chengxin.project.sample import checks as checks_of_the_city
from chengxin.project.sample import commitments as promises_of_the_city
from chengxin.project.sample import disputes as disputes_of_the_city
from chengxin.project.sample import evaluation as grades_of_the_city
from chengxin.project.sample import inspections as inspections_of_the_city
from chengxin.project.sample import letters as letters_of_the_city
from chengxin.project.sample import people as people_of_the_city
from chengxin.project.sample import quality as quality_of_the_city
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts import services as people
from chengxin.registry.accounts.rules import Actor, Role

DEFAULT_SUBJECTS = 2000
CLIENT_OF = "南宁市市场监督管理局"
WIDGET_OF = "南宁市行政审批局"


class Command(BaseCommand):
    help = "Set up the sample city where it is missing, then run the platform with it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Size, port, and starting anew."""
        parser.add_argument("--reset", action="store_true", help="start anew: the demo's data are removed")
        parser.add_argument("--subjects", type=int, help=f"organisations of a new city (default {DEFAULT_SUBJECTS:,})")
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args: Any, **options: Any) -> None:
        """Prepare, tell, serve."""
        port = options["port"]
        try:
            serving.check_port(port)
        except serving.PortTaken as error:
            raise CommandError(f"Port {port} is in use; choose another with --port.") from error
        self._ensure_fonts()
        address = f"http://localhost:{port}"
        settings.PUBLIC_ADDRESS = address  # stands in the QR codes of the letters that the sample city signs
        if (front := front_end.address()) is not None:
            os.environ.setdefault(front_end.VARIABLE, front)
        self.consumer_port = serving.free_port_after(serving.free_port_after(port))
        city = self._city(options["subjects"], reset=options["reset"])
        provider = demo_provider.prepare(
            Path(settings.DATA_FOLDER), address=address, port=serving.free_port_after(port)
        )
        code = serving.run(
            host="127.0.0.1",
            port=port,
            workers=settings.WORKERS,
            environment={
                "CHENGXIN_DEMO": "1",
                "CHENGXIN_ADDRESS": address,
                "CHENGXIN_WIDGET_ORIGINS": f"{self._code_of(WIDGET_OF)}={address}",
                **provider.client,
            },
            companions=[provider.companion, *self._consumer(city)],
            on_ready=lambda: self._tell(address, city, provider.issuer),
        )
        if hasattr(settings, "EMBEDDED_ADDRESS"):
            connections.close_all()
            embedded.stop(settings.DATA_FOLDER)
        raise SystemExit(code)

    def _ensure_fonts(self) -> None:
        """Reports are set in Chinese fonts; without any, everything else still works."""
        try:
            call_command("fonts", "install", stdout=StringIO())
        except CommandError as error:
            self._say(f"Credit reports will not be printed: {error}")

    def _city(self, wanted: int | None, *, reset: bool) -> dict[str, Any]:
        """The sample city's own note of what it is; made where it is missing, was left half done, or is to be new."""
        note = Path(settings.DATA_FOLDER) / "secrets" / "demo.json"
        if note.exists() and not reset:
            kept: dict[str, Any] = json.loads(note.read_text())
            if wanted not in (None, kept["subjects"]):
                self._say(f"Keeping the city of {kept['subjects']:,} subjects; --reset makes one of {wanted:,}.")
            return kept
        started = time.monotonic()
        begun = note.with_suffix(".begun")
        if reset or begun.exists():
            note.unlink(missing_ok=True)
            self._remove_data()
        begun.touch()
        made = self._make(wanted or DEFAULT_SUBJECTS)
        note.touch(mode=0o600)
        note.write_text(json.dumps(made, ensure_ascii=False))
        begun.unlink()
        self._say(f"The city is ready after {time.monotonic() - started:.0f} s.")
        return made

    def _remove_data(self) -> None:
        if not hasattr(settings, "EMBEDDED_ADDRESS"):
            raise CommandError("--reset works on the embedded database alone; this installation has one of its own.")
        connections.close_all()
        name = str(settings.DATABASES["default"]["NAME"])
        with psycopg.connect(settings.EMBEDDED_ADDRESS, autocommit=True) as admin:
            admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        embedded.prepare(settings.EMBEDDED_ADDRESS, database=name)
        for folder in (settings.MEDIA_ROOT, settings.FILE_UPLOAD_TEMP_DIR):
            shutil.rmtree(folder, ignore_errors=True)
            Path(folder).mkdir(parents=True)
        for name in ("audit", "mail", "sms"):
            shutil.rmtree(Path(settings.DATA_FOLDER) / name, ignore_errors=True)
        (Path(settings.DATA_FOLDER) / "ready").unlink(missing_ok=True)
        readiness.make_ready("demo")

    def _make(self, subjects: int) -> dict[str, Any]:
        self._say(f"Making a fictional city of {subjects:,} organisations …")
        people.create_demo_people(at=clock.now())
        readiness.run("sample_city", "--subjects", str(subjects), shown=True)
        people_of_the_city.appear(at=clock.now())
        people_of_the_city.ask_resident(at=clock.now())
        people_of_the_city.announce_training(at=clock.now())
        promises_of_the_city.promise(at=clock.now())
        people_of_the_city.sign_on_paper(at=clock.now())
        letters_of_the_city.arrive(at=clock.now())
        campaigns_of_the_city.run(at=clock.now())
        disputes_of_the_city.lie_too_long(at=clock.now())
        reorganisation.wait_for_decision(at=clock.now())
        listing.fill_lists(at=clock.now())
        checks_of_the_city.check(at=clock.now())
        grading.grade(at=clock.now())
        grades_of_the_city.evaluate(at=clock.now())
        inspections_of_the_city.draw(at=clock.now())
        front_end.fill(at=clock.now())
        opening.open_up(at=clock.now())
        subscriptions.subscribe(address=f"http://127.0.0.1:{self.consumer_port}/", at=clock.now())
        quality_of_the_city.measure(at=clock.now())
        resolving.run(at=clock.now())
        merging.run(at=clock.now())
        above.exchange_once(at=clock.now())
        operator = Actor(name="demo", organisation_id=None, organisation_code="", roles=frozenset({Role.ADMINISTRATOR}))
        client = rest.create_client(
            self._code_of(CLIENT_OF), name="demo", scopes=frozenset(Scope), by=operator, at=clock.now()
        )
        return {
            "subjects": subjects,
            "client_id": client.client_id,
            "client_secret": client.client_secret,
            "consumer_port": self.consumer_port,
        }

    def _consumer(self, city: dict[str, Any]) -> list[serving.Companion]:
        """The system of the fictional bank that subscribed; where its port is taken, its deliveries wait."""
        port = city.get("consumer_port")
        try:
            serving.check_port(port or 0)
        except serving.PortTaken:
            port = None
        command = [sys.executable, "-m", "chengxin.project", "consumer_peer", "--port", str(port)]
        return [serving.Companion(command)] if port else []

    def _code_of(self, name: str) -> str:
        return next(o.code for o in accounts.organisations() if o.name_zh == name)

    def _tell(self, address: str, city: dict[str, Any], issuer: str) -> None:
        lines = [
            "",
            f"  Chengxin 诚信  {address}",
            "",
            f"  Workbench     {address}/workbench/   sign in with one click as:",
            *(f"    {p.username:<18} {p.role.value:<24} {p.organisation_zh}" for p in accounts.demo_people()),
            "",
            f"  Identity      {issuer}   the demo's identity provider, with fictional people",
            "",
            f"  Consumer      http://127.0.0.1:{city.get('consumer_port', '')}/   what the subscribed bank holds",
            "",
            f"  API           {address}/api/v1/docs   client of {CLIENT_OF}:",
            f"    client_id     {city['client_id']}",
            f"    client_secret {city['client_secret']}",
            "",
            f"  Everything lies under {settings.DATA_FOLDER}. Stop with Ctrl-C.",
        ]
        self._say("\n".join(lines))

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()
