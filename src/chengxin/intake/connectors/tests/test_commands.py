"""The command: checks files, lists what is missing, pulls; its exit code says what became of it."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from chengxin.intake.collection.tests import factories as make
from chengxin.intake.collection.tests.factories import PENALTY
from chengxin.intake.connectors.tests.factories import ADDRESS, CODE, DATABASE, Installation, described
from chengxin.intake.connectors.tests.peers import postgres_front_end

pytestmark = pytest.mark.django_db


def said(*words: str) -> str:
    told = StringIO()
    call_command("connectors", *words, stdout=told, stderr=told)
    return told.getvalue()


def test_faults_of_files_are_told_with_their_place(tmp_path: Path):
    (tmp_path / "a.yaml").write_text("code: b\nitem: x\n")
    (tmp_path / "c.yaml").write_text("code: [\n")

    with pytest.raises(SystemExit) as ended:
        said("check", "--folder", str(tmp_path))

    assert ended.value.code == 1
    assert said("check") == "no faults in the connectors\n"


def test_a_pull_tells_what_it_brought_and_a_failed_one_exits_with_2(installation: Installation):
    installation.patch.delenv(ADDRESS, raising=False)
    installation.put(described(DATABASE))
    assert f"{CODE}  database  {PENALTY}  needs {ADDRESS}" in said("list")
    with postgres_front_end(PENALTY) as front_end:
        front_end.put(1, make.penalty(1), at="2026-05-10 09:00:00")
        installation.patch.setenv(ADDRESS, front_end.address)
        assert "done  parts 1  rows 1  accepted 1" in said("run", CODE)

    for code in (CODE, "no-such"):  # the database is gone; there is no such connector
        with pytest.raises(SystemExit) as ended:
            said("run", code)
        assert ended.value.code == 2
