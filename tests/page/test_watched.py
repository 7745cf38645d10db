"""What watches the page notices what it must: a watcher that says nothing would let everything through."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from browsing.browser import Watched, Way, new_context
from browsing.city import Server
from playwright.sync_api import Browser

ONLY_READS = True
OFTEN = ("zh-360",)


@pytest.fixture
def page(browser: Browser, server: Server, way: Way) -> Iterator[Watched]:
    """A page of which nobody looks in the end whether anything went wrong."""
    context = new_context(browser, way)
    yield Watched(context.new_page(), server.address, way)
    context.close()


def assert_noticed(page: Watched, words: str) -> None:
    with pytest.raises(AssertionError, match=words):
        page.check()


def test_a_view_of_which_nothing_is_wrong(page: Watched) -> None:
    page.visit("/no/such/page")
    page.check()
    assert (page.view, page.violations(), page.overflow(), page.headings()[0]) == ("not-found", "", 0, 1)


def test_a_part_behind_the_question_mark_is_another_visit(page: Watched) -> None:
    page.visit("/no/such/page")
    page.visit("/no/such/page?q=1#part")
    assert page.page.url.endswith("/no/such/page?q=1#part")
    page.check()


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("console.error('something')", "console error: something"),
        ("console.warn('something')", "console warning: something"),
        ("setTimeout(() => { throw new Error('thrown') })", "error of the page: .*thrown"),
        ("fetch('/v1/no-such-thing')", "status of 404"),
        ("fetch('http://127.0.0.1:9/').catch(() => 0)", "Content Security Policy"),
        ("location.href = 'http://127.0.0.1:9/'", "asked elsewhere: http://127.0.0.1:9/"),
        (
            "document.body.insertAdjacentHTML('beforeend', '<p style=\"color:red\">x</p>')",
            "Content Security Policy",
        ),
    ],
)
def test_what_goes_wrong_is_noticed(page: Watched, script: str, words: str) -> None:
    page.visit("/no/such/page")
    page.page.evaluate(f"() => {{ {script} }}")
    page.page.wait_for_timeout(300)
    assert_noticed(page, words)


def test_a_refusal_that_a_test_provokes_is_none(page: Watched) -> None:
    page.refusals.add(404)
    page.visit("/no/such/page")
    page.page.evaluate("fetch('/v1/no-such-thing')")
    page.check()


def test_axe_names_rule_and_element(page: Watched) -> None:
    page.visit("/no/such/page")
    page.page.evaluate("() => { document.querySelector('main').append(document.createElement('button')) }")
    assert "button-name" in page.violations()
    assert "<button>" in page.violations()


def test_what_fades_in_is_looked_at_when_it_stands(page: Watched) -> None:
    page.visit("/no/such/page")
    fades = "() => { document.querySelector('main h1').animate([{ opacity: 0.1 }, { opacity: 0.1 }], 1500) }"
    page.page.evaluate(fades)
    assert page.violations() == ""


def test_what_is_too_wide_is_noticed(page: Watched) -> None:
    page.visit("/no/such/page")
    page.page.evaluate("() => { document.querySelector('main h1').style.width = '2000px' }")
    assert page.overflow() > 500
