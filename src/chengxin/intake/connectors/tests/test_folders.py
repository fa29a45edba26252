"""Folders of files on a real SFTP server and in a real bucket: each file is a hand-in, once."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

from chengxin.base import clock
from chengxin.intake.collection.models import Submission
from chengxin.intake.collection.tests import factories as make
from chengxin.intake.collection.tests.factories import PENALTY
from chengxin.intake.connectors import pulling
from chengxin.intake.connectors.models import PulledPart, SeenFile
from chengxin.intake.connectors.tests.factories import ADDRESS, CODE, Installation, counts, described, pull
from chengxin.intake.connectors.tests.peers import PASSWORD, sftp_peer

pytestmark = pytest.mark.django_db
KEY, SECRET = "CHENGXIN_CONNECTOR_MARKET_KEY", "CHENGXIN_CONNECTOR_MARKET_SECRET"
FEEDBACK = {"columns": {}, "feedback": {"folder": True}}


@dataclass
class Files:
    """The department's own view of its folder."""

    put: Callable[[str, bytes], Any]
    get: Callable[[str], bytes]


@pytest.fixture
def on_sftp(tmp_path: Path, installation: Installation) -> Iterator[Files]:
    root = tmp_path / "root"
    (root / "out").mkdir(parents=True)
    with sftp_peer(root) as peer:
        source = {"kind": "sftp", "host_key": KEY, "password": SECRET, "pattern": "*.csv"}
        address = f"sftp://department@127.0.0.1:{peer.port}/out"
        installation.put(described(source, **FEEDBACK), **{ADDRESS: address, KEY: peer.host_key, SECRET: PASSWORD})
        yield Files(lambda n, c: (root / "out" / n).write_bytes(c), lambda n: (root / "out" / n).read_bytes())


@pytest.fixture(scope="module")
def store() -> Iterator[str]:
    server = ThreadedMotoServer("127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def in_bucket(store: str, installation: Installation) -> Files:
    client = boto3.client(
        "s3",
        endpoint_url=store,
        region_name="us-east-1",
        aws_access_key_id="department",
        aws_secret_access_key=PASSWORD,
    )
    client.create_bucket(Bucket="front-end")
    for one in client.list_objects_v2(Bucket="front-end").get("Contents", []):
        client.delete_object(Bucket="front-end", Key=one["Key"])
    source = {"kind": "s3", "access_key": KEY, "secret_key": SECRET, "pattern": "*.csv"}
    variables = {ADDRESS: f"{store}/front-end/out", KEY: "department", SECRET: PASSWORD}
    installation.put(described(source, **FEEDBACK), **variables)
    return Files(
        lambda n, c: client.put_object(Bucket="front-end", Key=f"out/{n}", Body=c),
        lambda n: client.get_object(Bucket="front-end", Key=f"out/{n}")["Body"].read(),
    )


@pytest.fixture(params=["on_sftp", "in_bucket"])
def files(request: pytest.FixtureRequest) -> Files:
    found: Files = request.getfixturevalue(request.param)
    return found


def csv_of(*rows: make.Row) -> bytes:
    return make.csv_of(make.table(PENALTY, rows))


def test_each_file_is_a_hand_in_once_and_again_when_it_changed(files: Files):
    files.put("一.csv", csv_of(make.penalty(1), make.penalty(2)))
    files.put("二.csv", csv_of(make.penalty(3)))
    files.put("notes.txt", b"no hand-in")
    files.put("三.csv.part", b"still written")

    assert counts(pull()) == ("done", 3, 3, 0, 0, 0)
    assert counts(pull()) == ("done", 0, 0, 0, 0, 0)
    assert set(Submission.objects.values_list("filename", flat=True)) == {"一.csv", "二.csv"}

    files.put("一.csv", csv_of(make.penalty(1), make.penalty(2, CF_NR_FK="30")))
    assert counts(pull()) == ("done", 2, 0, 0, 1, 1)


def test_faults_lie_beside_the_file_and_an_unreadable_one_stops_nothing(files: Files):
    files.put("a.csv", b"\x00\x01 nothing that anybody could read")
    files.put("b.csv", csv_of(make.penalty(1), make.penalty(2, CF_NR="")))

    run = pull()

    assert (counts(run), run.parts) == (("done", 2, 1, 1, 0, 0), 2)
    told = files.get("b.csv.faults.csv").decode("utf-8-sig").splitlines()
    assert (len(told), told[1][:16]) == (2, "2,CF_NR,required")
    assert PulledPart.objects.get(name="a.csv").state == "unreadable"
    assert counts(pull()) == ("done", 0, 0, 0, 0, 0)


def test_trying_names_the_files_and_takes_none(files: Files):
    files.put("a.csv", csv_of(make.penalty(1)))

    assert pulling.first_rows(CODE, by=make.officer(), at=clock.now()).files == ("a.csv",)
    assert not SeenFile.objects.exists()


def test_a_server_with_another_host_key_gets_no_password(on_sftp: Files, monkeypatch: pytest.MonkeyPatch):
    import asyncssh

    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()
    monkeypatch.setenv(KEY, other)

    run = pull()

    assert (run.state, run.fault) == ("failed", "source-unreachable")
    assert "HostKeyNotVerifiable" in run.fault_detail
