"""All edits of content that staff make; each changes as few lines as it can and raises `ContentError`s in words."""

from clinic.review.content.answer_edits import set_answer, set_review
from clinic.review.content.dialogue_edits import add_dialogue
from clinic.review.content.example_edits import Example, add_example, add_red_flag, examples_of, remove_example
from clinic.review.content.topic_edits import add_topic, topics_of
from clinic.review.content.typed import sentence_of, suggested_name

__all__ = [
    "Example", "add_dialogue", "add_example", "add_red_flag", "add_topic", "examples_of", "remove_example",
    "sentence_of", "set_answer", "set_review", "suggested_name", "topics_of",
]  # fmt: skip
