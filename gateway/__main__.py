"""`python -m gateway` is the `postern` command."""

from gateway.cli.main import main

main()
