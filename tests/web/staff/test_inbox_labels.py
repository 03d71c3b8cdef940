"""Labels of the inbox lead to their own fields: the filters and the forms of the list share one page."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from tests.web.staff.inbox_site import inbox_site


def test_no_id_stands_twice_on_the_list(tmp_path: Path) -> None:
    with inbox_site(tmp_path) as place:
        place.visitor().asks_in_vain("where do I park")
        page = place.site.signed_in().get("/staff/inbox").text
    ids = Counter(re.findall(r'\sid="([^"]+)"', page))
    assert "give-to" in ids
    assert [name for name, times in ids.items() if times > 1] == []
