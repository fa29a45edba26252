"""Who acts where no person in an office does."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SystemActor:
    """The platform itself, or a person before and while they sign in."""

    name: str = "system"
    organisation_code: str = ""
