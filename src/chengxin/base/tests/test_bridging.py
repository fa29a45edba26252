"""A WSGI application behind a real RSGI server, asked over real connections."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from http.client import HTTPConnection

import pytest

from chengxin.base.bridging import PIECE
from chengxin.base.tests.bridged import LONG

TRIES = 200


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """Where the server listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [
        sys.executable, "-m", "granian", "--interface", "rsgi", "--host", "127.0.0.1", "--port", str(port), "--no-ws",
        "--log-level", "critical", "--workers-kill-timeout", "2", "chengxin.base.tests.bridged:application",
    ]  # fmt: skip
    server = subprocess.Popen(command)
    for _ in range(TRIES):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            break
        except OSError:
            time.sleep(0.05)
    yield port
    server.terminate()
    server.wait(10)


@pytest.fixture
def connection(port: int) -> Iterator[HTTPConnection]:
    made = HTTPConnection("127.0.0.1", port, timeout=20)
    yield made
    made.close()


def raw(port: int, request: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=20) as asked:
        asked.sendall(request)
        told = b""
        while part := asked.recv(65_536):
            told += part
    return told


def test_the_application_is_told_what_wsgi_tells(connection: HTTPConnection, port: int):
    connection.request("GET", "/%E5%8D%97%20a?q=%20&r", headers={"Accept": "b", "Content-Type": "c"})
    answer = connection.getresponse()
    told = json.loads(answer.read())

    assert told["PATH_INFO"].encode("latin1").decode() == "/南 a"
    assert (told["QUERY_STRING"], told["REQUEST_METHOD"], told["REMOTE_ADDR"]) == ("q=%20&r", "GET", "127.0.0.1")
    assert (told["SERVER_NAME"], told["SERVER_PORT"], told["HTTP_HOST"]) == (
        "127.0.0.1",
        str(port),
        f"127.0.0.1:{port}",
    )
    assert (told["HTTP_ACCEPT"], told["CONTENT_TYPE"], told["wsgi.url_scheme"]) == ("b", "c", "http")
    assert (answer.status, answer.headers.get_all("Set-Cookie")) == (200, ["a=1", "b=2"])


def test_headers_of_one_name_are_joined_and_none_passes_for_another(port: int):
    told = raw(
        port,
        b"GET / HTTP/1.1\r\nHost: x\r\nCookie: a=1\r\nCookie: b=2\r\nX-Forwarded-For: 1\r\nX_Forwarded_For: 9\r\n"
        b"X-Forwarded-For: 2\r\nConnection: close\r\n\r\n",
    )
    environ = json.loads(told.partition(b"\r\n\r\n")[2])

    assert (environ["HTTP_COOKIE"], environ["HTTP_X_FORWARDED_FOR"]) == ("a=1; b=2", "1,2")


@pytest.mark.parametrize("size", [0, 1, 64_000, 64_001, 5_000_000])
def test_a_body_of_any_size_arrives_whole(connection: HTTPConnection, size: int):
    connection.request("POST", "/body", body=b"x" * size)

    assert connection.getresponse().read() == str(size).encode()


def test_a_body_of_unknown_size_arrives_whole(connection: HTTPConnection):
    connection.request("POST", "/body", body=(b"x" * 10_000 for _ in range(30)), encode_chunked=True)

    assert connection.getresponse().read() == b"300000"


@pytest.mark.parametrize("size", [1_000, 200_000])
def test_a_body_that_breaks_off_is_not_taken_for_a_whole_one(connection: HTTPConnection, port: int, size: int):
    with socket.create_connection(("127.0.0.1", port), timeout=20) as asked:
        asked.sendall(b"POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % size + b"x" * (size - 1))
    time.sleep(0.3)
    connection.request("GET", "/bodies")

    assert str(size - 1).encode() not in connection.getresponse().read()


def test_a_body_that_nobody_reads_is_answered_all_the_same(connection: HTTPConnection):
    connection.request("POST", "/", body=b"x" * 100_000)

    assert connection.getresponse().status == 200


def test_a_long_answer_comes_whole_and_its_source_is_closed(connection: HTTPConnection):
    connection.request("GET", "/long")
    assert len(connection.getresponse().read()) == LONG * PIECE
    connection.request("GET", "/closed")

    assert b"closed" in connection.getresponse().read()


def test_a_slow_answer_is_sent_as_it_comes(connection: HTTPConnection, port: int):
    connection.request("GET", "/slow")
    answer = connection.getresponse()

    assert answer.read(len("firstsecond")) == b"firstsecond"
    assert raw(port, b"GET /arrived HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").startswith(b"HTTP/1.1 200")
    assert answer.read() == b"third"


def test_what_was_said_before_an_answer_broke_is_sent(port: int):
    told = raw(port, b"GET /broken HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")

    assert b"the last words" in told


def test_an_answer_that_breaks_before_its_first_word_is_an_error(connection: HTTPConnection):
    connection.request("GET", "/nothing")

    assert connection.getresponse().status == 500


def test_who_goes_away_in_the_middle_gives_the_thread_back(connection: HTTPConnection, port: int):
    for _ in range(3):  # more than there are threads
        with socket.create_connection(("127.0.0.1", port), timeout=20) as asked:
            asked.sendall(b"GET /never HTTP/1.1\r\nHost: x\r\n\r\n")
            asked.recv(65_536)
    connection.request("GET", "/")

    assert connection.getresponse().status == 200


def test_a_head_is_answered_without_a_body(connection: HTTPConnection):
    connection.request("HEAD", "/")
    answer = connection.getresponse()

    assert (answer.status, answer.read()) == (200, b"")
