"""The numbers page and its files, as staff get them without JavaScript."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from clinic.review.numbers.desk import NumbersDesk
from clinic.review.numbers.model import Tally
from clinic.review.numbers.period import Span
from clinic.review.numbers.ports import NumbersUnavailable
from clinic.staff.model import Role
from tests.contract.made_up_turns import Chats, reply
from tests.web.staff.numbers_site import NOW, numbers_desk, numbers_site
from tests.web.staff.page_reading import error_of, heading, summary, value_of, words
from tests.web.staff.signed_in import StaffBrowser, StaffSite, staff_site
from tools.clinic_numbers import run
from web.staff.numbers.routes import numbers_routes

TABLES = ("questions", "topics", "refusals", "task_table", "funnel", "alarms", "days", "hours", "ratings", "speed",
          "handled", "writers")  # fmt: skip


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StaffSite]:
    with numbers_site(tmp_path_factory.mktemp("numbers"), turns=600) as site:
        yield site


@pytest.fixture(scope="module")
def reader(busy: StaffSite) -> StaffBrowser:
    return busy.signed_in(Role.READER)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[StaffSite]:
    with numbers_site(tmp_path) as found:
        yield found


def table_of(page: str, name: str) -> list[list[str]]:
    """The cells of a table of a page, without its heading row."""
    found = re.search(rf'id="table-{name}">.*?<tbody>(.*?)</tbody>', page, re.DOTALL)
    assert found is not None
    rows = re.findall(r"<tr.*?>(.*?)</tr>", found[1], re.DOTALL)
    return [re.findall(r"<t[hd].*?>(.*?)</t[hd]>", row, re.DOTALL) for row in rows]


def test_nobody_sees_numbers_without_signing_in(busy: StaffSite) -> None:
    for address in ("/staff/numbers", "/staff/numbers/topics.csv"):
        assert busy.browser().get(address).status_code == 303


def test_a_page_shows_the_last_thirty_days_unless_others_are_chosen(reader: StaffBrowser) -> None:
    page = reader.get("/staff/numbers")
    assert (page.status_code, heading(page)) == (200, "Numbers")
    assert (value_of(page, "from"), value_of(page, "to")) == ("2026-05-19", "2026-06-17")
    assert 'href="/staff/numbers?days=30" aria-current="page"' in page.text


def test_each_number_says_what_is_counted_and_how_it_was_before(reader: StaffBrowser) -> None:
    page = reader.get("/staff/numbers?days=7").text
    cards = re.findall(r'<div class="card">\s*<h3>.*?</details>', page, re.DOTALL)
    assert len(cards) == 14
    assert all("What is counted" in card and re.search("before|yet", card) for card in cards)


def test_every_chart_is_drawn_from_a_table_that_is_there_without_it(reader: StaffBrowser) -> None:
    page = reader.get("/staff/numbers?days=30").text
    charts = re.findall(r'data-chart="\w+" data-drawn="([\d ]+)" data-table="table-(\w+)" hidden', page)
    assert len(charts) == len(TABLES) - 1  # who wrote needs none
    for drawn, name in charts:
        assert all(len(row) > max(map(int, drawn.split())) for row in table_of(page, name))


def test_nothing_in_the_page_needs_a_script_or_a_style_of_its_own(reader: StaffBrowser) -> None:
    page = reader.get("/staff/numbers").text
    assert not re.findall(r"<script(?![^>]*src=)|<style|style=|\son\w+=|hx-on", page)


@pytest.mark.parametrize("name", TABLES)
def test_the_file_of_a_table_says_what_the_page_says(reader: StaffBrowser, name: str) -> None:
    page = reader.get("/staff/numbers?from=2026-06-01&to=2026-06-10").text
    address = re.search(rf'"(/staff/numbers/{name}\.csv\?.*?)"', page)
    assert address is not None
    file = reader.get(address[1].replace("&amp;", "&"))
    assert file.headers["content-type"].startswith("text/csv; charset=utf-8")
    assert f'filename="numbers-{name}-2026-06-01-to-2026-06-10.csv"' in file.headers["content-disposition"]
    rows = list(csv.reader(io.StringIO(file.text, newline="")))[1:]
    shown = table_of(page, name)
    assert len(shown) == len(rows)
    for cells, row in zip(shown, rows, strict=True):
        for cell, value in list(zip(cells, row, strict=True))[1:]:
            plain = cell.replace(",", "").removesuffix("%")
            assert plain == value or (plain, value) == ("-", "") or float(plain) == float(value)


def test_days_that_make_no_period_are_asked_for_again_with_what_was_typed(reader: StaffBrowser) -> None:
    page = reader.get("/staff/numbers?from=2026-06-10&to=2026-06-01")
    assert page.status_code == 422
    assert error_of(page, "to") in summary(page) != ""
    assert (value_of(page, "from"), value_of(page, "to")) == ("2026-06-10", "2026-06-01")


@pytest.mark.parametrize("query", ["from=x&to=y", "days=-1", "days=9e9", "from=9999-99-99&to=2026-06-01", "to=%00"])
def test_no_address_breaks_the_page(reader: StaffBrowser, query: str) -> None:
    assert reader.get(f"/staff/numbers?{query}").status_code == 422
    assert reader.get(f"/staff/numbers/topics.csv?{query}").status_code == 422


def test_a_table_that_does_not_exist_has_no_file(reader: StaffBrowser) -> None:
    assert reader.get("/staff/numbers/appointment.csv").status_code == 404


def test_a_clinic_without_any_chat_sees_a_page_that_says_so(site: StaffSite) -> None:
    page = site.signed_in(Role.READER).get("/staff/numbers")
    assert page.status_code == 200
    assert "Nothing in these days" in words(page)
    assert "data-chart" not in page.text


def test_what_was_said_a_moment_ago_is_counted(site: StaffSite) -> None:
    chats = Chats(site.engine)
    chats.say("ann", NOW - timedelta(minutes=1), reply("answer", "iron"))
    chats.write()
    page = site.signed_in(Role.READER).get("/staff/numbers?days=7").text
    assert table_of(page, "topics") == [["Low iron and RLS", "1", "0", "0", "0"], ["All", "1", "0", "0", "0"]]


def test_a_topic_that_looks_like_a_tag_or_a_formula_stays_text(site: StaffSite) -> None:
    chats = Chats(site.engine)
    chats.say("ann", NOW - timedelta(minutes=1), reply("answer", "=<b>1+1</b>"))
    chats.write()
    reader = site.signed_in(Role.READER)
    assert "<b>" not in reader.get("/staff/numbers").text
    assert reader.get("/staff/numbers/topics.csv").text.splitlines()[1].startswith("'=<b>")


class _Broken:
    def catch_up(self, seconds: float) -> bool:
        raise NumbersUnavailable("OperationalError")

    def tally(self, span: Span) -> Tally:
        raise NumbersUnavailable("OperationalError")


class _Slow(_Broken):
    def catch_up(self, seconds: float) -> bool:
        return False

    def tally(self, span: Span) -> Tally:
        return Tally()


def test_a_database_that_does_not_answer_is_told_in_words_with_the_days_kept() -> None:
    desk = NumbersDesk(_Broken(), lambda: None, lambda intent: None, now=lambda: NOW)
    with staff_site(lambda a, p: numbers_routes(a, p, lambda: desk)) as broken:
        reader = broken.signed_in(Role.READER)
        page = reader.get("/staff/numbers?from=2026-06-01&to=2026-06-10")
        assert (page.status_code, value_of(page, "to")) == (503, "2026-06-10")
        assert "Nothing is lost" in summary(page)
        assert reader.get("/staff/numbers/topics.csv").status_code == 503


def test_a_page_that_could_not_wait_for_everything_says_that_its_numbers_are_too_small() -> None:
    desk = NumbersDesk(_Slow(), lambda: None, lambda intent: None, now=lambda: NOW)
    with staff_site(lambda a, p: numbers_routes(a, p, lambda: desk)) as slow:
        said = words(slow.signed_in(Role.READER).get("/staff/numbers"))
    assert "too small" in said
    assert "UTC" in said  # no timetable, so no time zone


def test_the_command_line_prints_the_same_numbers(
    busy: StaffSite, reader: StaffBrowser, capsys: pytest.CaptureFixture[str]
) -> None:
    desk = numbers_desk(busy.engine)
    assert run(["--csv", "topics", "--from", "2026-06-01", "--to", "2026-06-10"], desk) == 0
    printed = capsys.readouterr().out
    assert printed == reader.get("/staff/numbers/topics.csv?from=2026-06-01&to=2026-06-10").text
    assert run(["--days", "7"], desk) == 0
    text = capsys.readouterr().out
    shown = re.search(r"<h3>Chats</h3>\s*<p class=.big.>([\d,]+)", reader.get("/staff/numbers?days=7").text)
    assert shown is not None and re.search(rf"^Chats +{shown[1]} ", text, re.MULTILINE)


@pytest.mark.parametrize("arguments", [["--csv", "none"], ["--from", "tomorrow"], ["--to", "2026-06-01"]])
def test_the_command_line_refuses_in_words(
    busy: StaffSite, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments, numbers_desk(busy.engine)) == 1
    assert capsys.readouterr().err.startswith("numbers: ")
