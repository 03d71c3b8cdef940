"""What the action server answers is checked as Rasa checks it, but without checking Rasa's own schema each time.

Rasa 3.6 lets jsonschema examine the schema anew for every action's result: in a form that was two fifths of a turn.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Dict, Text

from jsonschema.exceptions import best_match
from jsonschema.validators import validator_for
from rasa.core.actions.action import RemoteAction


def check_the_schema_once() -> None:
    """From now on, for all actions of this process."""
    RemoteAction._validate_action_result = _validated


@lru_cache(maxsize=1)
def _validator() -> Any:
    schema = RemoteAction.action_response_format_spec()
    kind = validator_for(schema)
    kind.check_schema(schema)
    return kind(schema)


def _validated(_action: RemoteAction, result: Dict[Text, Any]) -> bool:
    """Raises `jsonschema.ValidationError`, as Rasa's own does."""
    error = best_match(_validator().iter_errors(result))
    if error is not None:
        raise error
    return True
