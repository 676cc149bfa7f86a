from newscrawl.network.blocked import blocked_by


def test_cloudflares_header_marks_a_challenge():
    assert blocked_by(403, {"cf-mitigated": "challenge"}, b"") == "blocked by a Cloudflare challenge page"


def test_a_challenge_is_known_by_its_title_without_the_header():
    body = b"<!doctype html><html><head><title>Just a moment...</title>"

    assert blocked_by(503, {}, body) == "blocked by a challenge page (503)"


def test_a_story_called_just_a_moment_is_no_challenge():
    assert blocked_by(200, {}, b"<title>Just a moment in Baghdad</title>") is None


def test_a_plain_refusal_is_no_challenge():
    assert blocked_by(403, {}, b"<h1>Forbidden</h1>") is None
