import pytest

from tests.helpdesk.accounts.cast import Company, inside


@pytest.fixture(autouse=True)
def no_broker(monkeypatch):
    monkeypatch.setattr("helpdesk.deliveries.actions.nudge", lambda *args, **options: None)


@pytest.fixture
def north(db):
    """The company, with its workspace active."""
    company = Company("North")
    with inside(company.workspace):
        yield company


@pytest.fixture
def south(db):
    """Another company, whose workspace is not active."""
    return Company("South")


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    """Argon2 is slow on purpose; that says nothing here."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def mail_becomes_rows(settings):
    """Django's test runner puts another backend in place of ours."""
    settings.EMAIL_BACKEND = "helpdesk.deliveries.mail.QueueingBackend"
