"""The one way out: a client for addresses that users name, guarded against reaching into the operator's network."""

from trialog.outbound.addresses import AddressPolicy
from trialog.outbound.client import Answer, GuardedClient, OutboundFault, Resolver
from trialog.outbound.fetching import FetchedAnswer, FetchingClient
from trialog.outbound.secrets import SecretBox
from trialog.outbound.signatures import signed_headers
from trialog.outbound.targets import Target, parse_target

__all__ = [
    "AddressPolicy",
    "Answer",
    "FetchedAnswer",
    "FetchingClient",
    "GuardedClient",
    "OutboundFault",
    "Resolver",
    "SecretBox",
    "Target",
    "parse_target",
    "signed_headers",
]
