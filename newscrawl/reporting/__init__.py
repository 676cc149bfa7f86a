"""What people and programs are told of a crawl, and of what is known."""
