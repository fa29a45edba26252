"""Records kept as hand-ins keep them; every case is fictional."""

from datetime import UTC, date, datetime
from uuid import UUID, uuid5

import polars as pl

from chengxin.registry.accounts.models import Organisation
from chengxin.registry.records import services

MARKET_SUPERVISION = "11450100007550013R"
BEFORE = datetime(2026, 6, 1, tzinfo=UTC)
_SPACE = UUID("6f1f7a0c-0000-4000-8000-000000000002")


def key_of(name: str) -> UUID:
    """A natural key of its own for each name."""
    return uuid5(_SPACE, name)


def versions(
    subject_id: int,
    *keys: str,
    payload: str = '{"CF_WSH":"虚构1号"}',
    item: str = "penalty-organisation",
    audience: str = "public",
    public: tuple[date, date | None] | None = (date(2026, 5, 9), date(2027, 5, 9)),
    version: int = 1,
    state: str = "in-force",
    decided_on: date | None = date(2026, 5, 9),
    authority: str = MARKET_SUPERVISION,
) -> pl.DataFrame:
    """Versions to store, one for each natural key."""
    period = None if public is None else f"[{public[0]},{public[1] or ''})"
    provider = Organisation.objects.get(code=MARKET_SUPERVISION)
    return pl.DataFrame(
        {"natural_key": [key_of(key).hex for key in keys], "submission_row": range(1, len(keys) + 1)}
    ).with_columns(
        item=pl.lit(item),
        item_version=pl.lit(1),
        version=pl.lit(version),
        provider_id=pl.lit(provider.pk),
        authority_code=pl.lit(authority),
        decided_on=pl.lit(decided_on, dtype=pl.Date),
        valid_from=pl.lit(None, dtype=pl.Date),
        valid_until=pl.lit(None, dtype=pl.Date),
        severity=pl.lit("general"),
        audience=pl.lit(audience),
        public_period=pl.lit(period, dtype=pl.String),
        policy=pl.lit("publicity/penalty@2026-04-01"),
        state=pl.lit(state),
        submission_id=pl.lit(1),
        payload=pl.lit(payload),
        subject_id=pl.lit(subject_id),
    )


def organisation_record(
    subject_id: int,
    key: str = "1",
    *,
    payload: str = '{"CF_WSH":"虚构1号"}',
    item: str = "penalty-organisation",
    audience: str = "public",
    public: tuple[date, date | None] | None = (date(2026, 5, 9), date(2027, 5, 9)),
    state: str = "in-force",
    decided_on: date | None = date(2026, 5, 9),
    authority: str = MARKET_SUPERVISION,
    at: datetime = BEFORE,
) -> UUID:
    """The natural key of a stored record of an organisation."""
    stored = versions(
        subject_id, key, payload=payload, item=item, audience=audience, public=public, state=state,
        decided_on=decided_on, authority=authority,
    )  # fmt: skip
    services.store(stored, superseded=[], at=at)
    return key_of(key)
