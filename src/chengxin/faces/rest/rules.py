"""Scopes of clients and the token bucket that limits requests. Pure."""

from dataclasses import dataclass
from enum import StrEnum


class Scope(StrEnum):
    """What a client's token allows (授权范围)."""

    SUBMIT = "submit"  # 报送
    READ = "read"  # 查看本单位的报送
    QUERY = "query"  # 凭授权查询
    CHANGES = "changes"  # 获取并签收变更
    CHECK = "check"  # 信用查验
    DELIVERIES = "deliveries"  # 领取订阅的变更


class LimitClass(StrEnum):
    """Which limit a request counts against; codes of policy/api-limits.yaml."""

    LOOKUPS = "lookups"
    REPORTS = "reports"
    SUBMISSIONS = "submissions"
    TOKENS = "tokens"
    CHECKS = "checks"


@dataclass(frozen=True, slots=True)
class Limit:
    """Requests per second that are refilled steadily, and how many may come at once."""

    per_second: float
    burst: float


@dataclass(slots=True)
class Bucket:
    """What is left of a caller's requests, as of the moment `at` (seconds of a steady clock)."""

    left: float
    at: float


def taken(bucket: Bucket, limit: Limit, *, at: float) -> float:
    """Take one request from the bucket, or none; 0.0 when it was taken, else the seconds to wait for the next.

    Source: the token bucket, as in RFC 2697 section 3.
    """
    bucket.left = min(limit.burst, bucket.left + (at - bucket.at) * limit.per_second)
    bucket.at = at
    if bucket.left >= 1.0:
        bucket.left -= 1.0
        return 0.0
    return (1.0 - bucket.left) / limit.per_second


def is_costly(method: str, path: str) -> bool:
    """Whether a page outside the API takes so much work that it is limited: printing a report, reading a PDF."""
    return path.endswith("/report.pdf") or (method == "POST" and path == "/verify")


def limit_class(method: str, path: str) -> LimitClass:
    """The limit that a request counts against.

    Source: the classes of policy/api-limits.yaml.
    """
    if path.startswith("/oauth/"):
        return LimitClass.TOKENS
    if path.startswith(("/api/v1/changes", "/api/v1/subscriptions")):
        return LimitClass.LOOKUPS
    if path.startswith("/api/v1/checks"):
        return LimitClass.CHECKS
    if method == "POST":
        return LimitClass.SUBMISSIONS
    if path.endswith((".pdf", ".xlsx")):
        return LimitClass.REPORTS
    return LimitClass.LOOKUPS
