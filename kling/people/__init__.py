"""Who may come in, and what everybody did."""

from kling.people.audit import AuditTrail, Event, What
from kling.people.person import Identity, Person, address_of, is_listed
from kling.people.register import Register
from kling.people.signed_header import SignedHeader

__all__ = [
    "AuditTrail",
    "Event",
    "Identity",
    "Person",
    "Register",
    "SignedHeader",
    "What",
    "address_of",
    "is_listed",
]
