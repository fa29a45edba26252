"""The public's pages of commitments, and the API: what is shown, what is not, and how a letter is checked."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from chengxin.base import clock
from chengxin.regulation.commitments import queries
from chengxin.regulation.commitments.models import Commitment, Decision, Finding
from chengxin.regulation.commitments.services import signing
from chengxin.regulation.commitments.tests.factories import (
    COMPANY,
    HERE,
    OWN_WILL,
    PERSON,
    VOLUNTEER,
    factor_of,
    given,
    registered,
    resident,
    signed,
    signer,
)

pytestmark = pytest.mark.django_db


def published() -> str:
    registered()
    return signed(OWN_WILL, at=clock.now())


def volunteered(*, shown: bool) -> str:
    now, zhou = clock.now(), resident()
    what = given(VOLUNTEER, at=now, code=factor_of(zhou, at=now), shown=shown)
    return signing.sign(VOLUNTEER, about=PERSON, given=what, by=zhou, address=HERE, at=now)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("page", ["commitments", "commitment-letters", "commitment-check", "commitments-csv"])
def test_each_page_answers_in_both_languages(client: Client, page: str, language: str):
    published()

    assert client.get(reverse(f"portal:{page}"), headers={"accept-language": language}).status_code == 200


def test_the_list_names_the_company_and_links_to_the_statement(client: Client):
    number = published()

    page = client.get(reverse("portal:commitments"), {"q": "虚构商行", "kind": "own-will", "state": "running"})

    assert "南宁虚构商行（虚构）" in page.content.decode()
    assert reverse("portal:commitment", args=[number]) in page.content.decode()
    assert client.get(reverse("portal:commitment", args=[number])).status_code == 200
    assert client.get(reverse("portal:commitment-pdf", args=[number])).content.startswith(b"%PDF")


@pytest.mark.parametrize("query", ["kind=none", "state=none", "page=9999", "page=x", "q=%00", "letter=%00'"])
def test_nonsense_in_the_address_does_no_harm(client: Client, query: str):
    published()

    assert client.get(f"{reverse('portal:commitments')}?{query}", follow=True).status_code == 200


def test_an_empty_list_says_what_will_be_there(client: Client):
    assert "还没有公开的承诺" in client.get(reverse("portal:commitments")).content.decode()


def test_a_person_who_did_not_consent_is_on_no_page(client: Client):
    number = volunteered(shown=False)
    code = Commitment.objects.get().check_code

    assert client.get(reverse("portal:commitment", args=[number])).status_code == 404
    assert client.get(reverse("portal:commitment-pdf", args=[number])).status_code == 404
    assert number not in client.get(reverse("portal:commitments")).content.decode()
    assert client.get("/api/v1/commitments").json()["items"] == []
    assert client.get(f"/api/v1/commitments/{number}").status_code == 404
    held = client.get(reverse("portal:commitment", args=[number]), {"code": code})
    assert held.status_code == 200
    assert "梁" not in held.content.decode()


def test_a_person_who_consented_is_shown_masked_and_their_letter_is_not(client: Client):
    number = volunteered(shown=True)

    text = client.get(reverse("portal:commitment", args=[number])).content.decode()

    assert "梁*" in text
    assert "梁某某" not in text
    assert client.get(reverse("portal:commitment-pdf", args=[number])).status_code == 404


def test_the_reasons_of_a_finding_about_a_person_are_not_public(client: Client):
    number = volunteered(shown=True)
    commitment = Commitment.objects.get(number=number)
    about = {"commitment": commitment, "finding": Finding.objects.create(
        case_id=1, commitment=commitment, facts="虚构", obligations=[], opened_at=clock.now()
    )}  # fmt: skip
    Decision.objects.create(
        **about, state="not-performed", reason="梁某某没有参加（虚构）", decided_by="reviewer", decided_at=clock.now()
    )

    page = client.get(reverse("portal:commitment", args=[number])).content.decode()
    told = client.get(f"/api/v1/commitments/{number}").json()
    assert "梁某某" not in page
    assert (told["reason"], bool(told["decided_at"])) == ("", True)


def test_a_letter_shows_its_versions_and_an_old_one_on_request(client: Client):
    address = reverse("portal:commitment-letter", args=[OWN_WILL])

    assert "明码标价" in client.get(address).content.decode()
    old = client.get(address, {"version": "commitments/honest-business@2021-10-18"}).content.decode()
    assert "明码标价" not in old
    assert "不再签署" in old
    assert client.get(reverse("portal:commitment-letter", args=["no-such-letter"])).status_code == 404


def test_checking_a_number_leads_to_the_statement_and_says_what_is_wrong(client: Client):
    number = published()
    address = reverse("portal:commitment-check")

    assert client.get(address, {"number": number.lower()}).status_code == 302
    assert "没有这个编号" in client.get(address, {"number": "CN20261125-0000-0000-0"}).content.decode()
    hidden = volunteered(shown=False)
    assert "没有公开" in client.get(address, {"number": hidden}).content.decode()


def test_checking_a_file_tells_an_original_from_anything_else(client: Client):
    pdf = queries.own_letter(published(), COMPANY, by=signer())
    changed = bytearray(pdf)
    changed[300] ^= 1
    address = reverse("portal:commitment-check")

    def told(content: bytes) -> str:
        file = SimpleUploadedFile("letter.pdf", content, "application/pdf")
        return client.post(address, {"file": file}).content.decode()

    assert "未被改动" in told(pdf)
    assert "不要采信" in told(bytes(changed))
    assert "没有电子签名" in told(b"%PDF-1.7 nothing")
    assert "请选择文件" in client.post(address).content.decode()


def test_the_api_gives_the_list_the_statement_and_the_letters(client: Client):
    number = published()

    listed = client.get("/api/v1/commitments", {"q": "虚构商行", "letter": OWN_WILL}).json()
    assert (listed["total"], listed["items"][0]["number"]) == (1, number)
    one = client.get(f"/api/v1/commitments/{number}").json()
    assert one["text_sha256"] == listed["items"][0]["text_sha256"]
    assert [o["text"]["en"] for o in one["obligations"]] == ["No failed inspection within a year"]
    letters = client.get("/api/v1/commitments/letters").json()
    assert {"approval", "papers", "certificate", "repair", "own-will", "industry"} == {x["kind"] for x in letters}
    assert client.get("/api/v1/commitments", {"state": "nonsense"}).status_code == 422
