#!/usr/bin/env python
"""Django's command line. Without DATABASE_URL it uses, and if need be starts, embedded servers."""

import os
import sys

# These need no database, so nothing is started for them.
WITHOUT_DATABASE = {
    "help", "version", "--help", "--version", "-h", "check", "replay", "collectstatic",
    "findstatic", "makemessages", "compilemessages", "lifecycle", "diffsettings", "demo", "startapp",
}  # fmt: skip
# What the owner of the database does; everything else runs with the application's few rights.
OWNERS = {"migrate", "makemigrations", "sqlmigrate", "showmigrations", "squashmigrations"}


def needs_database(arguments: list[str]) -> bool:
    """Tell whether a command has to reach the database."""
    if not arguments or arguments[0] in WITHOUT_DATABASE or {"-h", "--help"} & set(arguments):
        return False
    return arguments[:2] not in [["regulation", action] for action in ("check", "diff", "export")]


def take_data_option(arguments: list[str]) -> tuple[list[str], str]:
    """Return the arguments without `--data FOLDER`, and the folder."""
    rest, folder = [], os.environ.get("BIHUAN_DATA", ".data")
    given = iter(arguments)
    for argument in given:
        if argument == "--data":
            folder = next(given, folder)
        elif argument.startswith("--data="):
            folder = argument.removeprefix("--data=")
        else:
            rest.append(argument)
    return rest, folder


def use_embedded(folder: str) -> None:
    """Start or join the embedded servers and name them in the environment."""
    from demo import servers
    from demo.refusal import Refused, spoken

    try:
        embedded = servers.ensure(folder)
        os.environ.update(embedded.environment())
    except Refused as refused:
        sys.exit(_said(spoken(refused)))


def _said(message: str) -> int:
    print(message, file=sys.stderr)  # noqa: T201 - no command is there yet to write it
    return 2


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    command = sys.argv[1:2]
    if command == ["demo"]:
        os.environ.pop("DATABASE_URL", None)  # the demo has servers of its own, always
    if not os.environ.get("DATABASE_URL") and command != ["demo"]:
        rest, folder = take_data_option(sys.argv[1:])
        sys.argv[1:] = rest
        if needs_database(rest):
            use_embedded(folder)
    if command and command[0] in OWNERS and (owner := os.environ.get("DATABASE_OWNER_URL")):
        os.environ["DATABASE_URL"] = owner

    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
