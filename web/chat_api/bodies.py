"""What the chat API takes and gives; anything unknown in a body is refused."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from clinic.turns import Ending, SaidBy, Turn, TurnState

MessageId = Annotated[str, Field(min_length=8, max_length=100, description="The client's own id; a resend keeps it.")]


class Body(BaseModel):
    """A body: JSON types as they are, no unknown field."""

    model_config = ConfigDict(strict=True, extra="forbid")


class SessionWish(Body):
    """The visitor agreed that the clinic keeps what is said."""

    consent: bool = Field(False, description="Must be true.")


class Session(BaseModel):
    """A new session."""

    token: str = Field(description="For `Authorization: Bearer <token>` of all further calls; keep it in the tab.")
    expires_at: int = Field(description="Seconds since the epoch.")


class ChatMessage(Body):
    """A message: typed words, or the `payload` of a button."""

    id: MessageId
    text: str


class Opinion(Body):
    """What the visitor thinks of a reply; the last one counts."""

    reply: int = Field(ge=0, description="The reply's index in its turn, from 0.")
    helpful: bool
    word: str = Field("", description="Why, at most 500 characters.")


class ChatButton(BaseModel):
    """A choice; send `payload` as the text of a message to press it."""

    title: str
    payload: str


class ChatReply(BaseModel):
    """One reply, as plain text."""

    text: str
    buttons: list[ChatButton] = []
    metadata: dict[str, Any] = Field(
        description="`kind`, `topic`, `sources`, `review`; where they apply `options`, `call` (`[{name, number}]`, the "
        "phone numbers of the text) and `appointment` (`reference`, `status`, `title`, `clinician`, `start`, `end`, "
        "`time_zone`)."
    )


class Replies(BaseModel):
    """The replies to a message, in the order in which they are to be shown."""

    replies: list[ChatReply]


class TurnShown(BaseModel):
    """A message and its replies, or a later message of the clinic."""

    id: str = Field(description="The client's message id, or the later message's own.")
    number: int = Field(description="Its place in the conversation, from 1.")
    event: int | None = Field(description="Which completion of the conversation it was; null while it is not done.")
    text: str | None = Field(description="What the visitor said; null in a later message.")
    button: str | None = Field(description="The payload of the button that was pressed.")
    state: TurnState
    by: SaidBy = Field(description="Whose replies they are: a later message is a notice's or a person's.")
    at: float = Field(description="Seconds since the epoch.")
    replies: list[ChatReply]
    feedback: dict[int, bool] = Field(description="Whether a reply, by its index, was helpful.")


class Turns(BaseModel):
    """Turns, and the number of the last event among them: the next `after`."""

    turns: list[TurnShown]
    last: int


class ErrorText(BaseModel):
    """`code` for programs, `message` for the visitor."""

    code: str
    message: str


class Failure(BaseModel):
    """Every error."""

    error: ErrorText


class Gone(BaseModel):
    """The data of a `gone` event."""

    reason: Ending = Field(description="`ended`: its turns stay; `erased`: nothing is left.")


def shown(turn: Turn) -> TurnShown:
    """A turn as clients see it."""
    return TurnShown(
        id=turn.message_id, number=turn.number, event=turn.event, text=turn.text, button=turn.button, state=turn.state,
        by=turn.by, at=turn.created_at, replies=[ChatReply(**reply) for reply in turn.replies], feedback=turn.feedback,
    )  # fmt: skip


_WHEN = {
    401: "`session_expired`: the token is missing, changed, older than 24 hours, or its session was ended or erased",
    403: "`origin_not_allowed`: the page that calls lies on a site that `SITE_ORIGINS` does not list",
    404: "`not_found`, `expired_button` or `appointment_not_found`",
    413: "`too_long`",
    422: "`bad_request`, `empty` or `consent_missing`",
    429: "`too_many`; `Retry-After` in seconds",
    500: "`unavailable`: anything unforeseen",
    503: "`unavailable` or `busy`; `Retry-After` in seconds",
    504: "`timeout`: no answer within the turn's budget",
}


def errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Documentation of the errors that an address can give."""
    return {status: {"model": Failure, "description": _WHEN[status]} for status in (403, 500, 503, *statuses)}
