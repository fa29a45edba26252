import json

import pytest
from django.core.management import CommandError, call_command

from chengxin.base import clock
from chengxin.base.documents import signing
from chengxin.base.documents.models import IssuedDocument
from chengxin.offerings.reports.tests.factories import COMPANY, NAME, subject

pytestmark = pytest.mark.django_db


def test_the_command_writes_a_signed_report(tmp_path, capsys):
    subject()

    call_command("report", COMPANY, "-o", str(tmp_path / "r.pdf"))

    assert signing.verify_pdf((tmp_path / "r.pdf").read_bytes(), at=clock.now()).holds
    assert capsys.readouterr().out.split()[0] == IssuedDocument.objects.get().number


def test_the_command_tells_the_content_without_issuing_anything(capsys):
    subject()

    call_command("report", COMPANY, "--json")

    assert json.loads(capsys.readouterr().out)["subject"]["name"] == NAME
    assert not IssuedDocument.objects.exists()


@pytest.mark.parametrize("arguments", [["-o", "unused.pdf"], ["--json"]])
def test_the_command_knows_no_unknown_subject(arguments: list[str]):
    with pytest.raises(CommandError):
        call_command("report", COMPANY, *arguments)
