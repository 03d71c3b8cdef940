"""Keeps what patients say out of Rasa's log.

Rasa logs a failing action with the whole conversation in the exception's text, and messages at DEBUG.
"""

from __future__ import annotations

import logging

_LONGEST = 300


class _WithoutPatientWords(logging.Filter):
    """Cuts long records and replaces tracebacks, which carry request bodies, by the error's name."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info:
            kind = record.exc_info[0]
            record.msg, record.args = f"{record.getMessage()[:_LONGEST]} ({kind.__name__ if kind else 'error'})", ()
            record.exc_info = record.exc_text = None
        elif len(record.getMessage()) > _LONGEST:
            record.msg, record.args = record.getMessage()[:_LONGEST] + " (cut)", ()
        return True


def keep_patient_words_out_of_logs() -> None:
    """Put the filter on every handler and hold Rasa's loggers at INFO or above."""
    for name in ("", "rasa", "rasa_sdk", "sanic.root", "sanic.error"):
        logger = logging.getLogger(name)
        for handler in logger.handlers:
            if not any(isinstance(f, _WithoutPatientWords) for f in handler.filters):
                handler.addFilter(_WithoutPatientWords())
    for name in ("rasa", "rasa.core.processor"):
        if logging.getLogger(name).getEffectiveLevel() < logging.INFO:
            logging.getLogger(name).setLevel(logging.INFO)
