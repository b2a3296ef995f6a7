"""A site is an origin, or every sub-domain of a domain of one's own; nothing wider."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.errors import HelpdeskError
from widget.allowed_sites import MAX_SITES, clean_site, clean_sites
from widget.sites import is_allowed, origin_of


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("https://shop.example", "https://shop.example"),
        (" HTTPS://Shop.Example/ ", "https://shop.example"),
        ("shop.example", "https://shop.example"),
        ("https://shop.example:443", "https://shop.example"),
        ("https://shop.example:8443", "https://shop.example:8443"),
        ("http://shop.example", "http://shop.example"),
        ("http://localhost:8001", "http://localhost:8001"),
        ("localhost:8001", "http://localhost:8001"),
        ("127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("http://intranet", "http://intranet"),
        ("https://*.shop.example", "https://*.shop.example"),
        ("*.shop.example", "https://*.shop.example"),
        ("https://*.shop.co.uk", "https://*.shop.co.uk"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
    ],
)
def test_what_people_write_becomes_an_origin(written, kept):
    assert clean_site(written) == kept


@pytest.mark.parametrize(
    "written",
    [
        "*",
        "https://*",
        "*.com",
        "https://*.com",
        "https://*.co.uk",
        "https://*.github.io",
        "https://*.myshopify.com",
        "https://shop.*",
        "https://*shop.example",
        "https://*.*.example",
        "http://*.shop.example",
        "https://shop.example/path",
        "https://shop.example/?q=1",
        "https://shop.example/#top",
        "https://user:pass@shop.example",
        "ftp://shop.example",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "data:text/html,x",
        "null",
        "shop",
        "https://",
        "https://shop.example:notaport",
        "https://shop example",
        "https://-shop.example",
        "https://shop..example",
        "https://" + "a" * 400 + ".example",
        "https://shop.example\\@evil.example",
        '"><script>',
    ],
)
def test_what_is_no_site_is_refused_with_a_sentence(written):
    with pytest.raises(HelpdeskError) as refusal:
        clean_site(written)
    assert refusal.value.code == "invalid_domain"
    assert refusal.value.field == "allowed_sites"
    assert len(str(refusal.value.message)) > 20


@given(st.text(max_size=60))
def test_any_text_is_either_refused_or_stable(written):
    with suppress(HelpdeskError):
        kept = clean_site(written)
        assert clean_site(kept) == kept


def test_empty_lines_and_twins_are_forgotten():
    assert clean_sites(["https://a.example", "", "  ", "a.example", "https://b.example/"]) == [
        "https://a.example",
        "https://b.example",
    ]


def test_there_are_not_endlessly_many():
    with pytest.raises(HelpdeskError):
        clean_sites([f"https://s{number}.example" for number in range(MAX_SITES + 1)])


def test_a_cleaned_wildcard_matches_sub_domains_and_nothing_else():
    sites = [clean_site("https://*.shop.example")]
    assert is_allowed("https://de.shop.example", sites)
    assert not is_allowed("https://shop.example", sites)
    assert not is_allowed("https://evilshop.example", sites)
    assert not is_allowed("http://de.shop.example", sites)


def test_a_backslash_names_the_host_that_a_browser_reads():
    assert origin_of("http://evil.example\\@shop.example/") == "http://evil.example"
