"""What staff are told when something cannot be done; `str` is the sentence."""

from __future__ import annotations


class StaffError(Exception):
    """Refused; `field`: the field of the form that it is about."""

    field: str | None = None

    def __init__(self, said: str, field: str | None = None) -> None:
        super().__init__(said)
        self.field = field

    @property
    def errors(self) -> dict[str, str]:
        """As forms show it: field to sentence, an empty one for the whole form."""
        return {self.field or "": str(self)}


class StaffStoreError(Exception):
    """The database does not answer; holds no row."""


class SealBroken(Exception):
    """Not sealed by this server with its key of now, or too long ago."""


class EmailTaken(StaffError):
    """There is an account with this address."""

    def __init__(self) -> None:
        super().__init__("There is already an account with this e-mail address.", "email")


class NoSuchAccount(StaffError):
    """Nobody has this id or address."""

    def __init__(self) -> None:
        super().__init__("There is no such account.")


class LastAdmin(StaffError):
    """Nobody would be left who can manage people."""

    def __init__(self) -> None:
        super().__init__(
            "This is the last admin who can sign in. Make somebody else an admin first: "
            "otherwise nobody could manage people any more."
        )


class SignInFailed(StaffError):
    """Wrong, and it is not said what of it."""


class AccountLocked(StaffError):
    """An admin keeps them out; told only to who knows the password."""

    def __init__(self) -> None:
        super().__init__("This account is locked. An admin can open it on the page “People”.")


class TooManyTries(StaffError):
    """Closed for a while; `minutes`: until the next try, rounded up."""

    def __init__(self, minutes: int) -> None:
        in_words = "1 minute" if minutes == 1 else f"{minutes} minutes"
        super().__init__(
            f"Too many wrong tries. For safety, this is closed for {in_words}. "
            "An admin can open it sooner on the page “People”."
        )
        self.minutes = minutes


class LinkInvalid(StaffError):
    """An invitation that is used up, too old or none of ours."""

    def __init__(self) -> None:
        super().__init__(
            "This link does not work any more. It was used already, or it is too old. Ask an admin for a new one."
        )


class SecretUnreadable(StaffError):
    """A sealed secret cannot be opened with the SECRET_KEY of now."""

    def __init__(self) -> None:
        super().__init__(
            "Your second step cannot be checked any more, because the key of this server was changed. "
            "Ask an admin to reset your sign-in."
        )
