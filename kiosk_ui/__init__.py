"""What an applicant touches: a process of its own that knows the hall by HTTP only and keeps nothing on disk.

`state` decides (pure), `presenters` say what a page shows (no Qt), `widgets` show it, `client` asks the hall on
threads of its own, `app` puts them together.
"""
