"""Who acts: a person with an account, or the program by one of its rules."""

from __future__ import annotations

from dataclasses import dataclass

from hotline.store.enums import Role


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody at the desk. `account_id` is None for a rule, whose `name` says which."""

    account_id: int | None
    name: str
    role: Role

    def may(self, role: Role) -> bool:
        """Whether what that role may do is this actor's to do."""
        return self.role.may(role)


class NotAllowedError(PermissionError):
    """The actor's role does not include this; the message says what is needed."""


def require(actor: Actor, role: Role) -> None:
    """Raises NotAllowedError unless the actor has the role or one above it."""
    if not actor.may(role):
        raise NotAllowedError(f"this is for a {role}; {actor.name} is {actor.role}")


COMMAND_LINE = Actor(None, "command line", Role.ADMIN)
"""Somebody there, where nobody says who."""


def named(by: Actor | str) -> Actor:
    """Whoever acts. A mere name is of somebody without an account: at the command line."""
    return by if isinstance(by, Actor) else Actor(None, by, Role.ADMIN)


def rule(name: str) -> Actor:
    """The program itself, acting by a rule."""
    return Actor(None, name, Role.OBSERVER)
