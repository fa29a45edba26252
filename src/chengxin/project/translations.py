"""Compiles the rooms' translations (`locale/*/LC_MESSAGES/django.po`) where the compiled file is missing or older."""

from pathlib import Path

SOURCE = Path(__file__).resolve().parents[1]


def compile_all() -> int:
    """Write each `django.mo` that is missing or older than its `django.po`; return how many were written."""
    stale = [
        po
        for po in SOURCE.glob("**/locale/*/LC_MESSAGES/django.po")
        if not po.with_suffix(".mo").exists() or po.with_suffix(".mo").stat().st_mtime < po.stat().st_mtime
    ]
    if stale:
        from babel.messages.mofile import write_mo
        from babel.messages.pofile import read_po

        for po in stale:
            with po.open("rb") as source:
                catalogue = read_po(source, locale=po.parents[1].name)
            part = po.with_suffix(".part")
            with part.open("wb") as target:
                write_mo(target, catalogue)
            part.replace(po.with_suffix(".mo"))
    return len(stale)


if __name__ == "__main__":
    compile_all()
