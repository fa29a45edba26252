"""The platforms above the city: the region's (自治区平台) and the nation's (国家站), as the settings name them."""

from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings

from chengxin.intake.exchange import packages


class Level(StrEnum):
    """How far above the city a platform stands (层级)."""

    REGION = "region"
    NATION = "nation"


@dataclass(frozen=True, slots=True)
class Platform:
    """A platform above: its code as sender and receiver, where its interface is ("": by files), its public key.

    In the audit chain it stands as `NAME-site` or `NAME-platform`.
    """

    level: Level
    code: str
    address: str
    key: str

    @property
    def name(self) -> str:
        """Who acts, in the audit chain."""
        return "national-site" if self.level is Level.NATION else "region-platform"

    @property
    def organisation_code(self) -> str:
        """No organisation of the city."""
        return ""


def known() -> tuple[Platform, ...]:
    """Both, connected or not."""
    return (
        Platform(Level.NATION, settings.NATIONAL_CODE, settings.NATIONAL_ADDRESS, settings.NATIONAL_KEY),
        Platform(Level.REGION, settings.REGION_CODE, settings.REGION_ADDRESS, settings.REGION_KEY),
    )


def platforms() -> tuple[Platform, ...]:
    """Those whose key is set: nothing is taken from others."""
    return tuple(one for one in known() if one.key)


def platform_coded(code: str) -> Platform | None:
    """The platform with that code; None: it is not connected."""
    return next((one for one in platforms() if one.code == code), None)


def platform_at(level: Level) -> Platform | None:
    """The platform of that level; None: it is not connected."""
    return next((one for one in platforms() if one.level is level), None)


def signer_of(content: bytes, signature: str) -> Platform | None:
    """Whose signature that is; None: of none that is known."""
    return next(
        (one for one in platforms() if packages.is_genuine(content, signature, key=packages.public_key(one.key))), None
    )
