"""Who is asked whether a domain is listed: one file for each way to ask."""
