-- Which alarms call for somebody's attention: every alarm is written, and some are suppressed for a while.

-- A burst of alarms of one machine, of which the further ones are gathered.
create table alarm_flood (
  id text primary key,
  machine text not null,
  customer text not null,
  began_at timestamptz not null,
  -- When it is over if no more alarms come, by the machine's own time and by the server's: whichever passes first.
  ends_ts timestamptz not null,
  ends_at timestamptz not null,
  ended_at timestamptz,
  -- Alarms gathered.
  alarms integer not null default 0,
  severity text not null check (severity in ('danger', 'warning', 'notice')),
  case_id text references service_case
);
create unique index alarm_flood_open on alarm_flood (machine) where ended_at is null;
create index alarm_flood_ends on alarm_flood (ends_at) where ended_at is null;

-- suppressed: while it stands, or until it cleared; a suppressed alarm has no case of its own until it is released.
alter table alarm
  add column suppressed text check (suppressed in ('shelved', 'maintenance', 'flood')),
  add column suppressed_at timestamptz,
  add column flood text references alarm_flood,
  -- Whether it called for attention when it was raised, and so counts for a flood.
  add column counted boolean not null default false,
  -- Since when its condition cannot be judged, because readings are missing.
  add column no_data_since timestamptz;
update alarm set suppressed = 'shelved', suppressed_at = noted_at where shelved_until is not null and cleared_at is null;
create index alarm_rule on alarm (machine, rule, raised_at desc);
create index alarm_counted on alarm (machine, raised_at desc) where counted;
create index alarm_suppressed on alarm (machine, suppressed) where suppressed is not null and cleared_at is null;
create index alarm_no_data on alarm (machine) where no_data_since is not null and cleared_at is null;

-- Alarms of one rule and machine set aside by a person, with a reason and an end.
create table shelving (
  id text primary key,
  machine text not null,
  rule text not null,
  -- The alarm it began with.
  alarm text not null references alarm,
  reason text not null,
  shelved_by text references account,
  shelved_at timestamptz not null,
  -- At the latest.
  until timestamptz not null,
  -- Ends at so many raises, all within so many ms (null: since it began); their times, epoch ms.
  raises integer,
  within_ms bigint,
  raise_times jsonb not null default '[]',
  -- Ends when the excess is so many percentage points above what it was at the beginning.
  growth double precision,
  base_excess double precision,
  ended_at timestamptz,
  ended_why text check (ended_why in ('time', 'raises', 'growth', 'person')),
  -- Who ended it before its time.
  ended_by text references account
);
create unique index shelving_open on shelving (machine, rule) where ended_at is null;
create index shelving_until on shelving (until) where ended_at is null;
insert into shelving (id, machine, rule, alarm, reason, shelved_at, until)
  select 'shelving-' || id, machine, rule, id, coalesce(shelve_reason, ''), noted_at, shelved_until
  from alarm where suppressed = 'shelved';

-- Maintenance of a machine, of a customer's site or of all a customer's machines; once or by an RFC 5545 rule.
create table maintenance_window (
  id text primary key,
  customer text not null references customer,
  machine text,
  site text,
  title text not null,
  -- On the wall clock of the time zone; duration in elapsed time.
  start text not null,
  duration text not null,
  rrule text,
  timezone text not null,
  created_at timestamptz not null,
  created_by text references account,
  changed_at timestamptz not null,
  changed_by text references account,
  -- No occurrence begins or goes on from then on.
  ended_at timestamptz,
  -- The occurrence that holds, null while none does; when that changes next, null: never.
  holds_from timestamptz,
  holds_until timestamptz,
  next_at timestamptz,
  revision integer not null default 1,
  check (machine is null or site is null)
);
create index maintenance_window_next on maintenance_window (next_at) where next_at is not null;
create index maintenance_window_holds on maintenance_window (holds_until) where holds_until is not null;
create index maintenance_window_customer on maintenance_window (customer);
