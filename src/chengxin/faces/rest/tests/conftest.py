from collections.abc import Iterator

import pytest

from chengxin.faces.rest import limiting


@pytest.fixture(autouse=True)
def counts_begin_anew() -> Iterator[None]:
    limiting.forget_all()
    yield
    limiting.forget_all()
