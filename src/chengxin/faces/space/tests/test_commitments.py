"""Commitments in My space: reading, signing with the second factor, publication, invitations."""

import base64
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from chengxin.base import clock
from chengxin.base.attachments import queries as attachments
from chengxin.base.attachments.services import Upload
from chengxin.faces.space.tests.factories import mandate_of, representative
from chengxin.registry.accounts import second_factor
from chengxin.registry.accounts.models import User
from chengxin.registry.accounts.rules import Scope, totp_code
from chengxin.registry.records.tests.factories import organisation_record
from chengxin.registry.subjects.models import Subject
from chengxin.regulation.commitments import barring, handling, queries
from chengxin.regulation.commitments.models import Check, Commitment, Due, Membership, Review
from chengxin.regulation.commitments.rules import Result
from chengxin.regulation.commitments.services import associations, checking, finding
from chengxin.regulation.commitments.tests.factories import (
    ACCEPTED,
    OWN_WILL,
    PREMISES,
    association,
    code,
    letter,
    officer,
    proposed,
    registered,
    resident,
    reviewer,
    runs_association,
    signed,
)
from chengxin.regulation.measures.tests.factories import ground, measure

pytestmark = pytest.mark.django_db
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
A_DAY = timedelta(days=1)
REFORM = "114501000075510245"
MEASURE, GROUND = measure(), ground()


@pytest.fixture
def space(client: Client) -> int:
    registered()
    liang, mandate = representative()
    client.force_login(liang)
    return mandate


def read(template: str, **more: str) -> dict[str, str]:
    found = letter(template, at=clock.now())
    return {"version": found.version, "digest": found.digest, "read": "1"} | more


def code_of_new_factor(user: User) -> str:
    now = clock.now()
    secret = second_factor.begin_authenticator(user.pk, at=now)
    step = int(now.timestamp()) // 30
    key = base64.b32decode(secret)
    second_factor.confirm_authenticator(user.pk, totp_code(key, step - 1), at=now)
    return totp_code(key, step)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_list_offers_the_letters_for_organisations_alone(client: Client, space: int, language: str):
    text = client.get(
        reverse("space:commitments", args=[space]), headers={"accept-language": language}
    ).content.decode()

    assert reverse("space:commitment-sign", args=[space, OWN_WILL]) in text
    assert reverse("space:commitment-sign", args=[space, "resident-volunteer"]) not in text


def test_a_letter_is_read_and_signed_with_a_code(client: Client, space: int):
    address = reverse("space:commitment-sign", args=[space, PREMISES])
    assert "还没有设置" in client.get(address).content.decode()
    code = code_of_new_factor(User.objects.get(username="liang"))

    response = client.post(address, read(PREMISES, code=code, reference=ACCEPTED))

    kept = Commitment.objects.get()
    assert response["Location"] == reverse("space:commitment", args=[space, kept.number])
    assert kept.with_second_factor
    assert client.get(response["Location"]).status_code == 200
    pdf = client.get(reverse("space:commitment-pdf", args=[space, kept.number]))
    assert pdf.content.startswith(b"%PDF")
    assert ACCEPTED in client.get(response["Location"]).content.decode()


def test_a_letter_given_for_one_matter_asks_for_its_number_and_can_be_given_for_another(client: Client, space: int):
    address = reverse("space:commitment-sign", args=[space, PREMISES])
    code = code_of_new_factor(User.objects.get(username="liang"))
    assert "登记申请受理编号" in client.get(address).content.decode()

    refused = client.post(address, read(PREMISES, code=code))

    assert refused.status_code == 422
    assert 'href="#reference"' in refused.content.decode()
    client.post(address, read(PREMISES, code=code, reference=ACCEPTED))
    assert address in client.get(reverse("space:commitments", args=[space])).content.decode()


def test_a_letter_that_is_given_for_no_single_matter_is_not_offered_while_it_runs(client: Client, space: int):
    address = reverse("space:commitment-sign", args=[space, OWN_WILL])

    client.post(address, read(OWN_WILL, code=code_of_new_factor(User.objects.get(username="liang"))))

    assert Commitment.objects.exists()
    assert address not in client.get(reverse("space:commitments", args=[space])).content.decode()


@pytest.mark.parametrize(
    ("given", "status"),
    [({}, 422), ({"read": "1"}, 409), ({"code": "123456"}, 422)],
    ids=["unread", "without version", "no factor set"],
)
def test_a_refused_signature_is_said_and_changes_nothing(
    client: Client, space: int, given: dict[str, str], status: int
):
    what = read(PREMISES, **given) if "code" in given else given

    response = client.post(reverse("space:commitment-sign", args=[space, PREMISES]), what)

    assert response.status_code == status
    assert "有问题需要处理" in response.content.decode()
    assert not Commitment.objects.exists()


def test_who_may_only_look_does_not_sign(client: Client):
    registered()
    liang, _ = representative(scopes=frozenset({Scope.SEE}))
    client.force_login(liang)
    mandate = liang.mandates.get().pk

    assert client.get(reverse("space:commitments", args=[mandate])).status_code == 200
    assert client.post(reverse("space:commitment-sign", args=[mandate, OWN_WILL]), read(OWN_WILL)).status_code == 403
    assert not Commitment.objects.exists()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_who_has_no_second_factor_is_led_to_where_one_is_set_up(client: Client, space: int, language: str):
    headers = {"accept-language": language}
    address = reverse("space:commitment-sign", args=[space, OWN_WILL])

    shown = client.get(address, headers=headers).content.decode()
    refused = client.post(address, read(OWN_WILL), headers=headers)

    assert f'href="{reverse("workbench:security")}"' in shown
    assert refused.status_code == 422
    assert f'href="{reverse("workbench:security")}"' in refused.content.decode()
    security = client.get(reverse("workbench:security"), headers=headers).content.decode()
    assert reverse("workbench:security-begin") in security
    assert not Commitment.objects.exists()


def test_someone_elses_commitment_is_not_there(client: Client, space: int):
    code = code_of_new_factor(User.objects.get(username="liang"))
    client.post(reverse("space:commitment-sign", args=[space, OWN_WILL]), read(OWN_WILL, code=code))
    number = Commitment.objects.get().number
    other, _ = representative(username="huang", about="subject:91450100MA9OTHER12")
    client.force_login(other)
    mandate = mandate_of("huang", "subject:91450100MA9OTHER12")

    for page in ("commitment", "commitment-pdf"):
        assert client.get(reverse(f"space:{page}", args=[mandate, number])).status_code == 404
        assert client.get(reverse(f"space:{page}", args=[space, number])).status_code == 404


def test_the_files_of_a_check_are_for_the_promisor_and_nobody_elses_space(client: Client, space: int):
    at = clock.now()
    number = signed(OWN_WILL, at=at)
    upload = Upload(SimpleUploadedFile("visit.png", PNG), "visit.png")
    checking.record_check(
        Due.objects.get().pk, result=Result.NOT_MET, evidence="虚构", by=officer(), at=at, uploads=[upload]
    )
    check = Check.objects.get().pk
    (file,) = attachments.attachments_of(queries.files_of_check(check))
    address = reverse("space:commitment-file", args=[space, number, check, file.id])
    case_id = proposed(number, at=at)

    for page in (reverse("space:commitment", args=[space, number]), reverse("space:case", args=[space, case_id])):
        assert address in client.get(page).content.decode()
    saved = client.get(address)
    assert (saved.content, saved["Content-Disposition"].split(";")[0]) == (PNG, "attachment")
    assert client.get(reverse("space:commitment-file", args=[space, number, check + 1, file.id])).status_code == 404
    other, _ = representative(username="huang", about="subject:91450100MA9OTHER12")
    client.force_login(other)
    theirs = mandate_of("huang", "subject:91450100MA9OTHER12")
    for mandate in (space, theirs):
        refused = client.get(reverse("space:commitment-file", args=[mandate, number, check, file.id]))
        assert refused.status_code == 404


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("zh-hans", ("核查您的信用承诺、办理后续事项", "签署的承诺书")),
        ("en", ("Checking your commitment", "signed letter")),
    ],
)
def test_who_looked_at_a_commitments_letter_is_told_in_words(
    client: Client, space: int, language: str, told: tuple[str, str]
):
    number = signed(OWN_WILL, at=clock.now())
    handling.letter(number, by=officer(), at=clock.now())

    text = client.get(reverse("space:looked", args=[space]), headers={"accept-language": language}).content.decode()

    assert all(words in text for words in told)


def test_an_invitation_is_answered(client: Client, space: int):
    association()
    member = associations.invite(code(1), by=runs_association(), at=clock.now())

    assert "演示餐饮行业协会（虚构）" in client.get(reverse("space:commitments", args=[space])).content.decode()
    client.post(reverse("space:membership-answer", args=[space, member]), {"answer": "accept"})
    assert Membership.objects.get().accepted_at is not None
    client.post(reverse("space:membership-answer", args=[space, member]), {"answer": "leave"})
    assert Membership.objects.get().ended_at is not None


@pytest.mark.parametrize(
    ("language", "told"), [("zh-hans", "的“行政检查结果信息”记录"), ("en", "Results of administrative")]
)
def test_what_records_proved_is_told_in_words_with_a_link_to_the_record(
    client: Client, space: int, language: str, told: str
):
    factor = code_of_new_factor(User.objects.get(username="liang"))
    client.post(reverse("space:commitment-sign", args=[space, OWN_WILL]), read(OWN_WILL, code=factor))
    today, subject = clock.today(), Subject.objects.get().pk
    key = organisation_record(
        subject,
        item="inspection-result",
        payload='{"RESULT":"发现问题责令改正"}',
        decided_on=today + A_DAY,
        at=clock.now(),
    )
    checking.check_by_records(at=clock.now() + 2 * A_DAY)

    address = reverse("space:commitment", args=[space, Commitment.objects.get().number])
    page = client.get(address, headers={"accept-language": language}).content.decode()

    assert told in page
    assert "inspection-result" not in page
    assert reverse("space:record", args=[space, key]) in page


def test_a_person_asks_for_a_review_on_the_page_of_the_commitment_and_once_alone(client: Client):
    now = clock.now()
    zhou = resident()
    number = signed("resident-volunteer", by=zhou, at=now)
    case_id = proposed(number, by=officer(REFORM), at=now)
    finding.take(case_id, "state", by=zhou, at=now, reason="情况说明（虚构）")
    finding.take(case_id, "forward", by=officer(REFORM), at=now, reason="虚构")
    finding.take(case_id, "find-breached", by=reviewer(REFORM), at=now, reason="虚构")
    client.force_login(User.objects.get(username="zhou"))
    mandate = zhou.mandates[0].id
    page, ask = (reverse(f"space:{name}", args=[mandate, number]) for name in ("commitment", "commitment-review"))

    assert ask in client.get(page).content.decode()
    refused = client.post(ask, {"reason": " "})
    assert (refused.status_code, Review.objects.count()) == (422, 0)
    assert "请写明申请复核的理由" in refused.content.decode()
    assert client.post(ask, {"reason": "当日在场（虚构）"})["Location"].startswith("/my/")
    assert ask not in client.get(page, headers={"accept-language": "en"}).content.decode()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_whoever_is_not_offered_notice_and_commitment_is_told_why_and_until_when(
    client: Client, space: int, language: str, monkeypatch
):
    bar = barring.Bar(MEASURE, GROUND, date(2027, 12, 1), is_person=False)
    monkeypatch.setattr(barring, "bar_of", lambda *_, **__: bar)

    text = client.get(
        reverse("space:commitment-sign", args=[space, PREMISES]), headers={"accept-language": language}
    ).content.decode()

    assert "2027-12-01" in text
    assert GROUND.decision_number in text
    assert "《虚构法》第一条" in text
    assert 'name="read"' not in text
