-- The same asked twice at once, from two terminals, is one request.
create unique index request_open_once_idx on request (kind, slices, arguments) where finished_at is null;
