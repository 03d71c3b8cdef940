"""Writes one approved wording into its file: text, claims, passages with fingerprints, and who signed it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from clinic.review.answers.ports import SignedReview
from clinic.review.answers.wording import Wording, WrittenAnswer
from clinic.review.content.edits import set_answer, set_review
from clinic.review.content.files import change
from clinic.review.content.tree import ContentTree


class ContentWriter:
    """`AnswerWriter` by the edits of content: lines that say the same stay as they were. Raises `ContentError`s."""

    def write(
        self,
        root: Path,
        answer: WrittenAnswer,
        wording: Wording,
        fingerprints: Mapping[str, str],
        signed: SignedReview,
    ) -> None:
        """Change the file of `answer`, in the tree at `root`."""
        tree, key = ContentTree(root), answer.key
        facts = [(claim.says, claim.source) for claim in wording.claims]
        set_answer(tree, key.name, wording.text, facts, wording.sections, key.at)

        def with_fingerprints(data: Any) -> None:
            for passage in data["responses"][key.name][key.at]["metadata"].get("article") or ():
                found = fingerprints.get(str(passage["section"]))
                if found and passage.get("fingerprint") != found:
                    passage["fingerprint"] = found

        change(tree, answer.path.relative_to(root).as_posix(), with_fingerprints)
        set_review(tree, key.name, signed.review, key.at, signed.of)
