"""The management command line: `python -m chengxin.project COMMAND …`."""

import os
import sys

OWNER_COMMANDS = {"migrate", "makemigrations", "sqlmigrate"}


def main() -> None:
    """Prepare the installation where it is not ready yet, then run the command."""
    if sys.argv[1:3] == ["transparency", "verify"]:
        # Whoever checks the public log needs neither this installation's settings nor its database.
        from chengxin.base.transparency.offline import verify

        raise SystemExit(verify(sys.argv[3:]))
    if sys.argv[1:3] in (["draw", "verify"], ["draw", "commit"]):
        from chengxin.regulation.inspections.offline import run

        raise SystemExit(run(sys.argv[2:]))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chengxin.project.settings")
    command = sys.argv[1].replace("-", "_") if len(sys.argv) > 1 and sys.argv[1][:1] != "-" else "help"
    if command in OWNER_COMMANDS:
        os.environ["CHENGXIN_DATABASE_ROLE"] = "owner"
    from django.core.management import execute_from_command_line

    from chengxin.project.readiness import make_ready

    make_ready(command)
    execute_from_command_line(["bin/manage", command, *sys.argv[2:]])


if __name__ == "__main__":
    main()
