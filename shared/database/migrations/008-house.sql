-- The house looks after itself: how far each stage has come, what stands still, and what the broker told of itself.
create table house_stage (
  stage text primary key,
  told_at timestamptz not null,
  -- Since when its process runs.
  started_at timestamptz not null,
  -- When the newest heartbeat that has come this far was received, and since when they come without a gap.
  beat_at timestamptz,
  beats_since timestamptz,
  -- null: only its heartbeats are known yet.
  figures jsonb
);
create table house_alarm (
  id text primary key,
  what text not null,
  -- When it was last seen to go.
  since timestamptz not null,
  raised_at timestamptz not null,
  -- The stage whose process noticed.
  raised_by text not null,
  cleared_at timestamptz
);
create unique index house_alarm_standing on house_alarm (what) where cleared_at is null;
create index house_alarm_raised on house_alarm (raised_at desc, id);

-- What the broker counts, as it was last noted in the journal.
create table broker_counter (
  name text primary key,
  value bigint not null,
  at timestamptz not null
);
