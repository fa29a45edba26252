"""The fictional commitments of the demo are signed as everyone's are, and leave nobody's sign-in changed."""

import pytest

from chengxin.base import clock
from chengxin.project.sample import commitments as sample
from chengxin.registry.accounts import queries as accounts
from chengxin.regulation.commitments.models import Commitment
from chengxin.regulation.commitments.tests.factories import registered, signer


@pytest.mark.django_db
def test_a_sample_signature_takes_a_second_factor_and_takes_it_off_again():
    registered()
    liang = signer()

    for template in (sample.OWN_WILL, sample.PREMISES):
        sample._sign(template, liang, at=clock.now())

    assert list(Commitment.objects.values_list("with_second_factor", flat=True)) == [True, True]
    assert liang.user_id is not None
    assert not accounts.has_second_factor(liang.user_id)
