"""Who wrote the words that stand in a file, by git's own account of its lines."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from clinic.adapters.git_program import Git
from clinic.review.answers.drafts import AuthorsUnknown
from clinic.review.answers.wording import WrittenAnswer
from clinic.review.content.errors import ChangesError

_MAIL = "author-mail "


class GitTextAuthors:
    """`TextAuthors` over `git blame`: the authors of the lines of the text and of its claims."""

    def emails(self, root: Path, answer: WrittenAnswer) -> frozenset[str]:
        """Addresses in lower case; raises `AuthorsUnknown` where git or the history is not there."""
        said = [*answer.wording.text.splitlines(), *(claim.says for claim in answer.wording.claims)]
        wanted = {line.strip() for line in said if line.strip()}
        try:
            blamed = Git(root).run("blame", "--line-porcelain", "--", answer.path.relative_to(root).as_posix())
        except ChangesError as error:
            raise AuthorsUnknown from error
        lines = _lines(blamed)
        return frozenset(email for email, line in lines if any(words in line for words in wanted))


def _lines(porcelain: str) -> Iterator[tuple[str, str]]:
    """Address and content of each line of the file."""
    email = ""
    for line in porcelain.splitlines():
        if line.startswith("\t"):
            yield email, line[1:]
        elif line.startswith(_MAIL):
            email = line.removeprefix(_MAIL).strip("<>").lower()
