"""Small pure functions over text: dates, addresses, datelines, languages, hashes."""
