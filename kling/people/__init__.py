"""Who may come in, who may do what, and what everybody did."""

from kling.people.audit import AuditTrail, Event, What
from kling.people.person import Identity, Person, address_of, is_listed
from kling.people.register import Register
from kling.people.rights import RIGHTS, ROLES, Act, Role, may
from kling.people.signed_header import SignedHeader

__all__ = [
    "RIGHTS",
    "ROLES",
    "Act",
    "AuditTrail",
    "Event",
    "Identity",
    "Person",
    "Register",
    "Role",
    "SignedHeader",
    "What",
    "address_of",
    "is_listed",
    "may",
]
