import asyncio

from django.test import Client

from chengxin.faces.rest.express import Lookups, headers_of
from chengxin.faces.rest.tests import factories

SUBJECTS = "/api/v1/subjects"


def test_the_express_lane_gives_the_same_answer_as_the_ordinary_way(committed_db: str, client: Client):
    factories.subject()
    path = f"{SUBJECTS}/{factories.COMPANY}"
    ordinary = client.get(path)
    scope = factories.scope("GET", path)

    async def asked() -> tuple[bytes | None, bytes | None]:
        lane = Lookups()
        unknown = factories.scope("GET", f"{SUBJECTS}/{factories.OTHER}")
        found, nothing = await asyncio.gather(lane.content(scope), lane.content(unknown))
        return found, nothing

    content, nothing = asyncio.run(asked())
    assert (content, nothing) == (ordinary.content, None)
    assert content is not None
    assert all(ordinary[name] == value for name, value in headers_of(content, scope))


def test_what_is_unusual_is_left_to_the_ordinary_way(committed_db: str):
    factories.subject()
    path = f"{SUBJECTS}/{factories.COMPANY}"
    unusual = (
        factories.scope("HEAD", path),
        factories.scope("GET", path, authorization="Bearer x"),
        factories.scope("GET", path, **{"if-none-match": "x"}),
        factories.scope("GET", path + "/records"),
    )

    async def asked() -> list[bytes | None]:
        lane = Lookups()
        return [await lane.content(scope) for scope in unusual]

    assert asyncio.run(asked()) == [None] * 4
