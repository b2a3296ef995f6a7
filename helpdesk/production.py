"""What must not be in a production installation. Imports nothing of ours: settings ask it while they are being read."""


def production_problems(secret_key: str, debug: bool, allowed_hosts: list[str], base_url: str) -> list[str]:
    """Each unsafe setting as one sentence that says how to mend it; none = safe to start."""
    problems = []
    if len(secret_key) < 50 or len(set(secret_key)) < 8 or "insecure" in secret_key or "change-me" in secret_key:
        problems.append("HELPDESK_SECRET_KEY is missing or weak: set it to 50 or more random characters.")
    if debug:
        problems.append("HELPDESK_DEBUG is on: unset it, it shows secrets to visitors.")
    if not allowed_hosts or "*" in allowed_hosts:
        problems.append("HELPDESK_ALLOWED_HOSTS is empty or '*': set it to the host names of HELPDESK_BASE_URL.")
    if not base_url.startswith("https://"):
        problems.append("HELPDESK_BASE_URL does not start with https://: set it to the address people use.")
    return problems
