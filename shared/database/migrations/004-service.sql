-- Promises to customers, who is on duty, what was told to whom, and what happens by the calendar.

-- What was promised, calendars and all, and who is on duty: each change is a version. Without any, the defaults hold.
create table service_policy (
  version integer primary key generated always as identity,
  created_at timestamptz not null,
  author text references account,
  content jsonb not null
);
create table duty_rota (
  version integer primary key generated always as identity,
  created_at timestamptz not null,
  author text references account,
  content jsonb not null
);

-- The policy a case was opened under (0: the defaults), and when something of it is due next.
create table case_watch (
  case_id text primary key references service_case,
  policy_version integer not null,
  look_at timestamptz
);
create index case_watch_due on case_watch (look_at) where look_at is not null;
-- What happens once only: a warning, a breach, a step of the escalation.
create table case_mark (
  case_id text not null references service_case,
  mark text not null,
  at timestamptz not null,
  primary key (case_id, mark)
);

-- Entries of timelines nobody has been told of yet. A queue and not a position: ids are given before they are committed, so a
-- reader with a position would pass over the one that commits late.
create table case_event_unread (
  id bigint primary key references case_event
);
create function note_case_events() returns trigger language plpgsql as $$
begin
  insert into case_event_unread (id) select id from added;
  return null;
end
$$;
create trigger case_event_added after insert on case_event
  referencing new table as added for each statement execute function note_case_events();
-- Cases that are open already are looked at once.
insert into case_watch (case_id, policy_version, look_at)
  select id, 0, now() from service_case where status in ('new', 'acknowledged', 'in-progress', 'waiting', 'shelved');

-- What happens by the calendar. Whoever moves next_at on, or takes over what is held for too long, runs it.
create table job (
  name text primary key,
  cron text not null,
  timezone text not null,
  next_at timestamptz not null,
  holder text,
  held_until timestamptz,
  -- Attempts of the run that is due that failed.
  failures integer not null default 0
);
create table job_run (
  id bigint primary key generated always as identity,
  job text not null references job,
  due_at timestamptz not null,
  attempt integer not null,
  holder text not null,
  started_at timestamptz not null,
  finished_at timestamptz,
  -- null while it runs, or where its process ended before it.
  done boolean,
  error text,
  unique (job, due_at, attempt)
);
create index job_run_job on job_run (job, id desc);

-- A message on its way: to a person by mail, or to a program. The id is told to the receiver and stays over all attempts.
create table webhook_endpoint (
  id text primary key,
  url text not null,
  events jsonb not null,
  -- Signs what is sent; shown once.
  secret text not null,
  created_at timestamptz not null,
  created_by text references account,
  removed_at timestamptz
);
create table delivery (
  id text primary key,
  channel text not null check (channel in ('mail', 'webhook')),
  account text references account,
  endpoint text references webhook_endpoint,
  -- What it tells of, so that it is written once.
  source text not null,
  content jsonb not null,
  -- kept: written, not sent, because no mail server is set.
  state text not null check (state in ('waiting', 'sent', 'dead', 'kept')),
  attempts integer not null default 0,
  created_at timestamptz not null,
  next_at timestamptz,
  ended_at timestamptz,
  error text,
  check ((channel = 'mail') = (account is not null)),
  check ((channel = 'webhook') = (endpoint is not null))
);
create unique index delivery_source on delivery (source, coalesce(account, endpoint));
create index delivery_due on delivery (next_at) where state = 'waiting';
create index delivery_state on delivery (state, created_at desc);
create index delivery_account on delivery (account, created_at) where account is not null;

-- What a person is to be told; goes out alone or with others in one message.
create table notification (
  id text primary key,
  account text not null references account,
  kind text not null,
  case_id text references service_case,
  -- What it tells of, so that it is told once.
  source text not null,
  at timestamptz not null,
  detail jsonb not null default '{}',
  -- alone: as soon as hold_until; digest: gathered until then.
  mode text not null check (mode in ('alone', 'digest')),
  hold_until timestamptz not null,
  delivery text references delivery,
  unique (source, account)
);
create index notification_waiting on notification (account, hold_until) where delivery is null;
create table notification_preference (
  account text primary key references account on delete cascade,
  content jsonb not null
);
