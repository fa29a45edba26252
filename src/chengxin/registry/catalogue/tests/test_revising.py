"""A change of an item: proposed, refused what the law forbids, published by another, in force from its day on."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import ProgrammingError, connection, transaction

from chengxin.base.errors import NotFound, NotPermitted
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Actor, Role
from chengxin.registry.catalogue import directory, errors, in_force, proposals, queries, services
from chengxin.registry.catalogue.models import ItemVersion, Proposal
from chengxin.registry.catalogue.revising import Changes, FieldChange, differences

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)
DAY = date(2026, 12, 1)
ITEM = "contract-performance"
NEW = {
    "code": "PROJECT_NUMBER", "name": {"zh": "项目编号", "en": "Project number"}, "type": "text", "max_length": 64,
    "required": True,
}  # fmt: skip


def official(role: Role = Role.CREDIT_OFFICE_OPERATOR, user_id: int = 901) -> Actor:
    office = accounts.credit_office()
    return Actor(f"{role.value}-{user_id}", office.id, office.code, frozenset({role}), frozenset({office.id}), user_id)


REVIEWER = (Role.CREDIT_OFFICE_REVIEWER, 902)


def changes(**changed: object) -> Changes:
    item = queries.item(ITEM)
    basis = tuple(
        {"law": b.law, "article": b.article, "source": b.source, "verified": b.verified} for b in item.legal_basis
    )
    given: dict[str, object] = {
        "fields": {}, "added": (), "legal_basis": basis, "providers": item.providers, "sharing": item.sharing,
        "shared_with": item.shared_with, "cycle": item.update_cycle, "within_working_days": item.within_working_days,
    }  # fmt: skip
    return Changes(**given | changed)


def proposed(
    by: Actor | None = None,
    *,
    item: str = ITEM,
    day: date | None = DAY,
    reason: str = "合同要对得上项目",
    **changed: object,
) -> int:
    given = changes(**changed or {"added": (NEW,)})
    return services.propose(item, given, effective_from=day, reason=reason, by=by or official(), at=NOON)


def told(found) -> list[str]:
    return [d.told.zh for d in found]


def test_a_change_is_published_by_a_second_official_and_in_force_from_its_day_on():
    number = proposed()

    assert services.publish(number, by=official(*REVIEWER), at=NOON) == 2

    in_force.refresh(on=DAY - timedelta(days=1))
    assert (queries.item(ITEM).version, "PROJECT_NUMBER" in queries.item(ITEM).by_code) == (1, False)
    assert proposals.coming(ITEM, on=DAY - timedelta(days=1))[0] == DAY
    in_force.refresh(on=DAY)
    assert queries.item(ITEM).version == 2
    assert queries.item(ITEM).by_code["PROJECT_NUMBER"].required
    assert in_force.item_version(ITEM, 1).version == 1
    assert told(proposals.latest_change(ITEM)) == ["新增字段“项目编号”（PROJECT_NUMBER，文本，必填）"]
    assert [v.number for v in in_force.versions_of(ITEM)] == [2, 1]


def test_differences_are_told_in_plain_words_and_say_what_asks_more():
    number = proposed(
        fields={
            "CONTRACT_NAME": FieldChange(required=False, public=False, max_length=100),
            "BREACH": FieldChange(required=True, public=True, max_length=None),
        },
        legal_basis=({"law": "中华人民共和国民法典", "article": "第五百零九条", "source": "虚构", "verified": False},),
        providers=("11450100007550013R",), sharing="departments", shared_with=("11450100007550013R",),
        cycle="weekly", within_working_days=None,
    )  # fmt: skip

    _, found = proposals.proposal(number, by=official())

    assert told(found) == [
        "“合同名称”由必填改为选填", "“合同名称”的上限由 300 个字改为 100 个字", "“合同名称”不再公示",
        "“违约情形”由选填改为必填",
        "新增依据：《中华人民共和国民法典》第五百零九条",
        "不再依据：《中华人民共和国政府采购法》第四十三条",
        "不再依据：《广西壮族自治区社会信用条例》第十九条", "报送单位改为：11450100007550013R",
        "共享属性改为有条件共享（11450100007550013R）",
        "更新周期由每月改为每周", "报送时限改为不限",
    ]  # fmt: skip
    assert [d.told.zh for d in found if d.asks_more] == [
        "“合同名称”的上限由 300 个字改为 100 个字", "“违约情形”由选填改为必填",
    ]  # fmt: skip


@pytest.mark.parametrize("title", ["宗教信仰", "法定代表人指纹", "既往病史"])
def test_a_field_that_the_law_forbids_is_refused_with_its_class(title):
    field = {**NEW, "name": {"zh": title, "en": "Forbidden"}}

    with pytest.raises(errors.ProhibitedField) as refused:
        proposed(added=(field,))

    assert title in refused.value.sentence
    assert not Proposal.objects.exists()


def test_what_became_forbidden_after_the_proposal_is_refused_at_its_publication(monkeypatch):
    number = proposed()
    monkeypatch.setattr(queries, "prohibited_class", lambda title: "新禁止的类别" if title == "项目编号" else None)

    with pytest.raises(errors.ProhibitedField):
        services.publish(number, by=official(*REVIEWER), at=NOON)

    assert not ItemVersion.objects.exists()


@pytest.mark.parametrize(
    ("error", "given"),
    [
        (errors.RevisionBroken, {"added": ({**NEW, "max_length": None},)}),
        (errors.RevisionBroken, {"added": ({**NEW, "code": "CONTRACT_NAME"},)}),
        (errors.RevisionBroken, {"providers": ("nobody",)}),
        (
            errors.RevisionBroken,
            {"fields": {"CONTRACT_NUMBER": FieldChange(required=False, public=True, max_length=None)}},
        ),
        (errors.RevisionBroken, {"legal_basis": ()}),
        (errors.RevisionBroken, {"sharing": "departments", "shared_with": ()}),
        (errors.NothingRevised, {"cycle": "monthly"}),
        (errors.TooEarly, {"day": date(2026, 11, 20)}),
        (errors.RevisionIncomplete, {"day": None}),
        (errors.RevisionIncomplete, {"reason": " "}),
    ],
)
def test_what_makes_no_catalogue_is_refused_and_nothing_is_kept(error, given):
    with pytest.raises(error):
        proposed(**given)

    assert not Proposal.objects.exists()


def test_nobody_decides_about_their_own_change_and_only_one_is_open_at_a_time():
    reviewer = official(*REVIEWER)
    number = proposed(reviewer)

    with pytest.raises(errors.OwnChange):
        services.publish(number, by=reviewer, at=NOON)
    with pytest.raises(errors.AlreadyProposed):
        proposed()
    with pytest.raises(NotPermitted):
        services.withdraw(number, by=official(), at=NOON)

    assert (Proposal.objects.get().state, ItemVersion.objects.count()) == ("proposed", 0)
    services.withdraw(number, by=reviewer, at=NOON)
    with pytest.raises(errors.NotOpen):
        services.publish(number, by=official(Role.CREDIT_OFFICE_REVIEWER, 903), at=NOON)


def test_a_change_is_refused_with_a_reason_and_the_catalogue_stays():
    number = proposed()
    with pytest.raises(errors.DecisionReasonMissing):
        services.refuse(number, by=official(*REVIEWER), at=NOON, reason="")

    services.refuse(number, by=official(*REVIEWER), at=NOON, reason="没有依据（虚构）")

    [row] = proposals.proposals(by=official())
    assert (row.state, row.decision, ItemVersion.objects.count()) == ("refused", "没有依据（虚构）", 0)


@pytest.mark.parametrize("role", [Role.DEPARTMENT_OFFICER, Role.DEPARTMENT_REVIEWER, Role.AUDITOR, Role.ADMINISTRATOR])
def test_the_wrong_role_is_refused_and_nothing_changes(role):
    number = proposed()
    for act in (
        lambda: proposed(official(role), item="honour"),
        lambda: services.publish(number, by=official(role), at=NOON),
        lambda: services.refuse(number, by=official(role), at=NOON, reason="不"),
        lambda: proposals.proposal(number, by=official(role)),
    ):
        with pytest.raises(NotPermitted):
            act()
    with pytest.raises(NotPermitted):
        services.publish(number, by=official(), at=NOON)

    assert (Proposal.objects.get().state, ItemVersion.objects.count()) == ("proposed", 0)


def test_a_proposal_that_is_too_old_cannot_reach_back_and_one_that_nobody_made_is_not_found():
    number = proposed()

    with pytest.raises(errors.TooEarly):
        services.publish(number, by=official(*REVIEWER), at=NOON + timedelta(days=30))
    with pytest.raises(NotFound):
        services.publish(10**9, by=official(*REVIEWER), at=NOON)


@pytest.mark.parametrize("table", ["catalogue_itemversion", "catalogue_proposal"])
def test_the_application_cannot_rewrite_a_version(table):
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET content = ''")


def test_an_item_that_takes_fields_from_another_is_written_out_whole():
    for item in queries.items():
        again = queries.item_read_from(in_force.written(item.code))
        assert differences(item, again) == ()
        assert [f.code for f in again.fields] == [f.code for f in item.fields]


def test_the_folder_with_a_higher_version_wins_over_what_was_published():
    content = in_force.written(ITEM).replace("version: 1", "version: 1\n", 1)
    queries.use_published([queries.Published(ITEM, 1, content.replace("合同履约信息", "旧的"))])

    assert queries.item(ITEM).name.zh == "合同履约信息"


def test_the_directory_has_every_item_with_the_standards_fields_in_three_formats():
    names = {o.code: o.name_zh for o in accounts.organisations()}
    office = accounts.credit_office()
    found = directory.entries(on=DAY, office=(office.name_zh, office.code), names=names)

    assert len(found) == len(queries.items())
    assert {tuple(one.resource) for one in found} == {directory.RESOURCE}
    first = directory.as_json(found)[0]
    assert (first["信息资源提供方代码"], len(first["信息项信息"]) > 5) != ("", False)
    codes = [one.resource["信息资源代码"] for one in found]
    assert len(set(codes)) == len(codes)
    assert (
        directory.as_csv(found).decode("utf-8-sig").splitlines()[0].startswith("信息资源分类,信息资源名称,信息资源代码")
    )
    assert directory.as_xlsx(found).startswith(b"PK")
    sealed = [d for one in found for d in one.data if d["信息项代码"] == "CF_XDR_ZJHM"]
    assert {d["是否向社会开放"] for d in sealed} == {"否"}
