"""A day, typed or chosen by keyboard, in the language of the page whatever the browser's is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from browsing.browser import Watched, Way, open_page
from browsing.city import Server
from browsing.words import said
from doing import field, fill_day, written_day
from hands import day
from playwright.sync_api import Browser, Locator, expect

ONLY_READS = True


@pytest.fixture
def page(browser: Browser, server: Server, way: Way) -> Iterator[Watched]:
    """The totals as of a day, for anybody."""
    with open_page(browser, server.address, way) as page:
        page.visit("/totals")
        yield page


def box(page: Watched) -> Locator:
    """Return the field of the day."""
    return field(page, said("officer.asOf", page))


def calendar(page: Watched) -> Locator:
    """Return the calendar, where it is open."""
    return page.page.get_by_role(
        "dialog", name=said("common.day.calendar", page, label=said("officer.asOf", page))
    )


def focused(page: Watched) -> str:
    """Return the name of what has the focus."""
    name: str = page.page.evaluate("document.activeElement.getAttribute('aria-label')")
    return name


def test_a_day_is_chosen_by_keyboard(page: Watched) -> None:
    box(page).focus()
    page.page.keyboard.press("Tab")
    page.page.keyboard.press("Enter")
    expect(calendar(page)).to_be_visible()
    assert page.violations() == ""
    assert page.overflow() == 0
    assert is_within(page, calendar(page))
    today = focused(page)
    year, _, date = day(0).split("-")
    assert {year, str(int(date))} <= set(re.findall(r"\d+", today))

    page.page.keyboard.press("ArrowUp")
    page.page.keyboard.press("ArrowLeft")
    assert focused(page) != today
    assert box(page).input_value() == "", "moving chooses nothing"
    page.page.keyboard.press("Enter")
    expect(calendar(page)).to_have_count(0)
    expect(box(page)).to_have_value(written_day(page, day(-8)))
    opened_at = said(
        "common.day.openAt", page, label=said("officer.asOf", page), day=written_day(page, day(-8))
    )
    assert focused(page) == opened_at, "the focus is where it was"
    assert page.violations() == ""


def test_escape_and_a_click_beside_it_leave_the_day_as_it_was(page: Watched) -> None:
    fill_day(page, said("officer.asOf", page), day(-3))
    box(page).press("ArrowDown")
    expect(calendar(page)).to_be_visible()
    page.page.keyboard.press("PageUp")
    page.page.keyboard.press("Tab")
    assert page.page.evaluate("document.activeElement.closest('dialog') !== null")
    page.page.keyboard.press("Escape")
    expect(calendar(page)).to_have_count(0)
    expect(box(page)).to_be_focused()

    box(page).press("ArrowDown")
    expect(calendar(page)).to_be_visible()
    page.page.mouse.click(2, 2)
    expect(calendar(page)).to_have_count(0)
    expect(box(page)).to_have_value(written_day(page, day(-3)))


def test_a_thumb_chooses(page: Watched) -> None:
    page.main.get_by_role(
        "button", name=said("common.day.open", page, label=said("officer.asOf", page)), exact=True
    ).click()
    expect(calendar(page)).to_be_visible()
    sizes = [each.bounding_box() for each in calendar(page).get_by_role("button").all()]
    least = 44 if page.way.is_phone else 32
    assert all(size is not None and size["height"] >= least and size["width"] >= 40 for size in sizes)
    calendar(page).get_by_role("button", name=said("common.day.today", page), exact=True).click()
    expect(box(page)).to_have_value(written_day(page, day(0)))


def test_what_is_no_day_stays_and_is_refused(page: Watched) -> None:
    asked: list[str] = []
    page.page.on("request", lambda request: asked.append(request.url) if "/v1/" in request.url else None)
    for typed, word in (("30.02.2026", "unread"), ("2026-02-30", "noSuch")):
        box(page).fill(typed)
        box(page).press("Enter")
        expect(page.main.get_by_text(said(f"common.day.{word}", page, value=typed))).to_be_visible()
        expect(box(page)).to_have_value(typed)
        expect(box(page)).to_have_attribute("aria-invalid", "true")
        assert page.violations() == ""
    assert asked == []


def test_it_is_written_anew_in_the_other_language(page: Watched) -> None:
    fill_day(page, said("officer.asOf", page), day(-3))
    page.page.get_by_role("button", name=said("common.languageLabel", page)).click()
    other = Watched(
        page.page, page.address, replace(page.way, language="en" if page.way.language == "zh" else "zh")
    )
    expect(box(other)).to_have_value(written_day(other, day(-3)))
    box(other).press("ArrowDown")
    expect(calendar(other)).to_be_visible()
    expect(calendar(other).get_by_role("columnheader").first).to_have_text(
        re.compile("Mon" if other.way.language == "en" else "一")
    )


def is_within(page: Watched, what: Locator) -> bool:
    """Whether something is wholly in the window."""
    at = what.bounding_box()
    assert at is not None
    return (
        at["x"] >= 0
        and at["y"] >= 0
        and at["x"] + at["width"] <= page.way.width
        and at["y"] + at["height"] <= page.way.height
    )
