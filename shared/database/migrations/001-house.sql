-- The house's memory beside readings: what there is, what is watched, what went wrong, who works on it.

-- Configuration: plant and rulebook in versions. A configuration takes effect at a place in the journal.
create table plant_version (
  version integer primary key generated always as identity,
  created_at timestamptz not null default now(),
  author text,
  content jsonb not null
);
create table rulebook_version (
  version integer primary key generated always as identity,
  created_at timestamptz not null default now(),
  author text,
  reason text,
  content jsonb not null
);
create table configuration (
  version integer primary key generated always as identity,
  plant_version integer not null references plant_version,
  rulebook_version integer not null references rulebook_version,
  created_at timestamptz not null default now(),
  author text,
  -- Where in the journal it took effect, and when; null until ingest has written it there.
  position bigint,
  effective_at timestamptz
);

-- What there is now, for joins and scopes; rows of things that were removed stay for their history.
create table customer (
  id text primary key,
  name jsonb not null,
  tier text not null check (tier in ('premium', 'standard')),
  removed_at timestamptz
);
create table machine (
  id text primary key,
  model text not null,
  customer text not null references customer,
  name jsonb,
  site text,
  timezone text not null default 'Europe/Berlin',
  reference boolean not null default false,
  simulated boolean not null default false,
  removed_at timestamptz
);
create index machine_customer on machine (customer);

-- Tolerances as they held: the row with the latest valid_from at or before a time is the one valid then.
create table tolerance_version (
  machine text not null,
  sensor text not null,
  valid_from timestamptz not null,
  low double precision,
  high double precision,
  nominal double precision,
  plant_version integer not null references plant_version,
  primary key (machine, sensor, valid_from)
);

-- Each change of a rule, with author and reason; content null: the rule was deleted.
create table rule_version (
  rule text not null,
  version integer not null,
  rulebook_version integer not null references rulebook_version,
  created_at timestamptz not null default now(),
  author text,
  reason text,
  content jsonb,
  primary key (rule, version)
);

-- People.
create table account (
  id text primary key,
  login text not null unique,
  name text not null,
  email text,
  role text not null check (role in ('technician', 'account-manager', 'customer', 'partner', 'lead', 'integrator', 'admin')),
  -- The customer a `customer` belongs to; null for everybody else.
  customer text references customer,
  language text not null default 'de',
  timezone text not null default 'Europe/Berlin',
  password_hash text not null,
  disabled_at timestamptz,
  created_at timestamptz not null default now(),
  check ((role = 'customer') = (customer is not null))
);
-- Which customers' machines a partner may work on.
create table assignment (
  account text not null references account on delete cascade,
  customer text not null references customer,
  primary key (account, customer)
);
create table session (
  -- SHA-256 of the cookie's secret.
  id text primary key,
  account text not null references account on delete cascade,
  csrf text not null,
  created_at timestamptz not null default now(),
  seen_at timestamptz not null default now(),
  expires_at timestamptz not null
);
create table token (
  id text primary key,
  account text not null references account on delete cascade,
  name text not null,
  hash text not null unique,
  created_at timestamptz not null default now(),
  used_at timestamptz
);
create table audit (
  id bigint primary key generated always as identity,
  at timestamptz not null default now(),
  actor text,
  action text not null,
  subject text,
  detail jsonb
);

-- Machines at the broker. The password is shown once; only its hash is kept.
create table machine_credential (
  id text primary key,
  machine text not null references machine,
  password_hash text not null,
  created_at timestamptz not null default now(),
  revoked_at timestamptz
);
create index machine_credential_machine on machine_credential (machine);

-- What the machine last said of itself, kept by the fold over the journal.
create table machine_status (
  machine text primary key,
  online boolean,
  online_at timestamptz,
  state text,
  state_at timestamptz,
  message_at timestamptz,
  reading_at timestamptz
);

-- Service cases: at most one open one a machine and component ('' where a rule endangers none).
create table service_case (
  id text primary key,
  number bigint not null unique generated always as identity,
  status text not null check (status in ('new', 'acknowledged', 'in-progress', 'waiting', 'shelved', 'resolved', 'closed', 'merged')),
  severity text not null check (severity in ('danger', 'warning', 'notice')),
  highest_severity text not null check (highest_severity in ('danger', 'warning', 'notice')),
  machine text not null,
  component text not null default '',
  customer text not null,
  title jsonb not null,
  opened_at timestamptz not null,
  last_at timestamptz not null,
  occurrences integer not null default 1,
  owner text references account,
  next_step text,
  due_at timestamptz,
  shelved_until timestamptz,
  cause text,
  remedy text,
  verdict text check (verdict in ('valid', 'false-alarm')),
  resolved_at timestamptz,
  closed_at timestamptz,
  merged_into text references service_case,
  -- Optimistic locking: the ETag.
  revision integer not null default 1
);
create unique index service_case_open on service_case (machine, component)
  where status in ('new', 'acknowledged', 'in-progress', 'waiting', 'shelved');
create index service_case_status on service_case (status, last_at desc);
create index service_case_customer on service_case (customer, status);

-- Alarms: one standing one a rule and machine. Times are the machine's own; noted_at is when the house learned of it.
create table alarm (
  id text primary key,
  machine text not null,
  rule text not null,
  rule_version integer not null,
  mode text not null check (mode in ('live', 'pilot')),
  severity text not null check (severity in ('danger', 'warning', 'notice')),
  component text not null default '',
  raised_at timestamptz not null,
  noted_at timestamptz not null,
  reason jsonb not null,
  cleared_at timestamptz,
  clear_reason jsonb,
  acknowledged_at timestamptz,
  acknowledged_by text references account,
  shelved_until timestamptz,
  shelve_reason text,
  case_id text references service_case
);
create unique index alarm_standing on alarm (machine, rule) where cleared_at is null;
create index alarm_case on alarm (case_id);
create index alarm_raised on alarm (raised_at desc, id);
create index alarm_machine on alarm (machine, raised_at desc);

-- Append-only: what happened to a case, by the system (actor null) or by a person.
create table case_event (
  id bigint primary key generated always as identity,
  case_id text not null references service_case,
  at timestamptz not null,
  actor text references account,
  kind text not null,
  visibility text not null default 'internal' check (visibility in ('internal', 'customer')),
  detail jsonb not null default '{}'
);
create index case_event_case on case_event (case_id, id);

-- What was set aside, and why; position and ordinal make a repeated fold write it once.
create table reject (
  position bigint not null,
  ordinal integer not null,
  at timestamptz not null,
  machine text,
  sensor text,
  reason text not null,
  detail text not null,
  topic text not null,
  payload text not null,
  primary key (position, ordinal)
);
create index reject_machine on reject (machine, at desc);
create index reject_at on reject (at desc);
-- Readings a machine sent that were late, bad or rejected, by hour.
create table quality (
  machine text not null,
  hour timestamptz not null,
  what text not null,
  count bigint not null,
  primary key (machine, hour, what)
);

-- Where a reader of the journal stands, and who leads it: each new leader raises the epoch, and a commit that does not
-- carry the epoch of the row fails. The lease runs out while a leader hangs.
create table reader_position (
  name text primary key,
  position bigint not null default 0,
  epoch bigint not null default 0,
  leader text,
  lease_until timestamptz,
  updated_at timestamptz not null default now()
);
-- The engine's memory at an earlier place, from which the fold is redone.
create table engine_snapshot (
  name text primary key,
  position bigint not null,
  configuration integer,
  state bytea not null,
  created_at timestamptz not null default now()
);

-- What the portal must learn of, in the order of commit (writers take one advisory lock); NOTIFY carries the id.
create table change (
  id bigint primary key generated always as identity,
  at timestamptz not null default now(),
  kind text not null check (kind in ('case', 'alarm', 'machine', 'configuration')),
  ref text not null,
  -- Whose machine it is about; null: nothing a customer may know.
  customer text
);
