from django.test import Client

from chengxin.faces.rest.express import Express
from chengxin.faces.rest.tests import factories

SUBJECTS = "/api/v1/subjects"


def test_the_express_lane_gives_the_same_answer_as_the_ordinary_way(committed_db: str, client: Client):
    factories.subject()
    path = f"{SUBJECTS}/{factories.COMPANY}"
    ordinary = client.get(path)
    told: list = []
    lane = Express(lambda environ, start: [b"passed on"])
    environ = {"PATH_INFO": path, "REQUEST_METHOD": "GET", "REMOTE_ADDR": "127.0.0.1"}

    content = lane(environ, lambda status, headers: told.extend((status, dict(headers))))
    assert lane({**environ, "PATH_INFO": f"{SUBJECTS}/{factories.OTHER}"}, print) == [b"passed on"]
    assert content == [ordinary.content]
    assert told[0] == "200 OK"
    assert {name: ordinary[name] for name in told[1] if name != "Content-Length"} == {
        name: value for name, value in told[1].items() if name != "Content-Length"
    }
