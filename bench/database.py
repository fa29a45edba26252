"""What the benches share that keep a database of their own."""

import os


def opened(name: str) -> str:
    """Make the bench's database where it is missing, migrate it and load the city's profile; the superuser's address.

    Before anything of the application is imported.
    """
    os.environ["CHENGXIN_DATABASE_NAME"] = name
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chengxin.project.settings")
    import django

    django.setup()
    from django.conf import settings

    from chengxin.base.database import embedded
    from chengxin.project.readiness import run

    embedded.prepare(settings.EMBEDDED_ADDRESS, database=name)
    run("migrate")
    run("load_profile")
    return str(settings.EMBEDDED_ADDRESS)
