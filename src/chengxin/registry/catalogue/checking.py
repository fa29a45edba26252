"""Checks a whole city profile: every fault with file and line."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from chengxin.registry.catalogue import (
    checking_calendar,
    checking_commitments,
    checking_items,
    checking_lists,
    checking_measures,
    checking_policy,
    located,
    queries,
    tables,
)
from chengxin.registry.catalogue.located import Mapping, ProfileFault

NEEDED = (
    "divisions.csv",
    "organisations.csv",
    "catalogue",
    "catalogue-lists/code-lists.yaml",
    "catalogue-lists/categories.yaml",
    "catalogue-lists/prohibited.yaml",
    "policy/publicity.yaml",
    "policy/severity.yaml",
)


@dataclass(frozen=True, slots=True)
class Unverified:
    """A legal basis or policy entry that no lawyer has confirmed yet."""

    file: str
    what: str
    source: str


def faults(folder: Path) -> list[ProfileFault]:
    """All faults of the city profile in `folder`, in the order of files and lines."""
    folder = folder.resolve()
    missing = [
        ProfileFault(f"{folder.parent.name}/{folder.name}/{name}", 1, "is missing")
        for name in NEEDED
        if not (folder / name).exists()
    ]
    if missing:
        return missing
    return sorted(set(_found(folder)), key=lambda f: (f.file, f.line, f.message))


def _found(folder: Path) -> Iterator[ProfileFault]:
    profile, of_form = queries.read_profile(folder)
    yield from of_form
    listed = tables.read(folder)
    yield from listed.faults
    policies = checking_policy.read(folder)
    yield from policies.faults
    yield from checking_policy.publicity(policies, profile)
    yield from checking_policy.severity(policies, profile)
    yield from checking_calendar.working_days(policies)
    yield from checking_commitments.commitments(policies, profile, listed)
    yield from checking_measures.measures(policies, profile, listed)
    yield from checking_measures.matters(policies, listed)
    yield from checking_items.divisions(profile, listed)
    raws = {path: _raw(folder, path) for path in sorted((folder / "catalogue").glob("*.yaml"))}
    all_readable = len(profile.items) == len(raws)  # else a list may be used by an item that could not be read
    yield from checking_lists.lists(policies, profile, listed, all_readable=all_readable)
    lists = _raw(folder, folder / "catalogue-lists" / "code-lists.yaml")
    yield from checking_items.lists(profile, lists, report_unused=all_readable)
    for path, (file, raw) in raws.items():
        if raw.get("code") not in (None, path.stem):
            yield ProfileFault(file, raw.line_of("code"), f"the code is not the name of the file, {path.stem!r}")
        item = next((i for i in profile.items if i.code == raw.get("code")), None)
        if item is not None:
            yield from checking_items.item(checking_items.Place(file, raw), item, profile, listed, policies)


def _raw(folder: Path, path: Path) -> tuple[str, Mapping]:
    shown_as = str(path.relative_to(folder.parent.parent))
    content, _ = located.read(path, shown_as)
    return shown_as, content if isinstance(content, Mapping) else Mapping()


def unverified(folder: Path) -> list[Unverified]:
    """What still awaits a lawyer's confirmation: no fault, but to be seen."""
    folder = folder.resolve()
    profile, _ = queries.read_profile(folder)
    found = [
        Unverified(f"catalogue/{item.code}.yaml", f"{basis.law} {basis.article}", basis.source)
        for item in profile.items
        for basis in item.legal_basis
        if not basis.verified
    ]
    for entry in checking_policy.read(folder).entries:
        if entry.raw.get("verified") is False:
            name = f"{entry.code}@{entry.raw.get('effective_from')}"
            found.append(Unverified(f"policy/{entry.kind}.yaml", name, str(entry.raw.get("source"))))
    return found
