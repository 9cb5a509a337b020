"""The command line of `ocrbot api`."""

from argparse import ArgumentParser


def add_api_commands(parser: ArgumentParser) -> None:
    """Add the commands to `parser`; the options name one as `api_command`, which is None to serve the API."""
    parser.set_defaults(clients_command=None)
    commands = parser.add_subparsers(dest="api_command")
    clients = commands.add_parser("clients", help="who may use the API")
    of_clients = clients.add_subparsers(dest="clients_command", required=True)
    new = of_clients.add_parser("new", help="add a client and print its token, which is shown only once")
    new.add_argument("name", metavar="NAME", help="a-z, 0-9 and -, such as erp")
    new.add_argument(
        "--role", choices=["reader", "admin"], default="reader", help="an admin sees everybody's documents"
    )
    new.add_argument("--prompt", action="append", default=[], metavar="PROMPT", help="only this prompt; repeatable")
    of_clients.add_parser("list", help="the clients, and what each may do")
    revoke = of_clients.add_parser("revoke", help="take a client out: its token is refused within seconds")
    revoke.add_argument("name", metavar="NAME")
