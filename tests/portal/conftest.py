"""The public's pages are asked over HTTPS too."""

from tests.accounts.conftest import https

__all__ = ["https"]
