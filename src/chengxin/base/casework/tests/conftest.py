import pytest

from chengxin.base.casework.tests.factories import NAME


@pytest.fixture(autouse=True)
def _the_test_procedure_alone(settings):
    settings.CASE_PROCEDURES = [NAME]
