"""States and audiences of records. Pure."""

from enum import StrEnum


class Audience(StrEnum):
    """Who may see a record (公开属性)."""

    PUBLIC = "public"  # 社会公开
    SHARED = "shared"  # 政务共享
    AUTHORISED = "authorised"  # 授权查询


class Severity(StrEnum):
    """失信严重程度. Source: NDRC order 36 (2025), three classes."""

    MINOR = "minor"  # 轻微
    GENERAL = "general"  # 一般
    SERIOUS = "serious"  # 严重


class RecordState(StrEnum):
    """Whether a record counts (记录状态)."""

    IN_FORCE = "in-force"  # 有效
    DISPUTED = "disputed"  # 异议处理中
    REPAIRED = "repaired"  # 已修复
    WITHDRAWN = "withdrawn"  # 已撤销
