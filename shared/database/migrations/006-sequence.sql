-- The number each machine has counted to, and where its count has a hole or begins anew.
create table machine_sequence (
  machine text primary key,
  last bigint not null,
  at timestamptz not null
);
create table sequence_break (
  id bigint primary key generated always as identity,
  machine text not null,
  -- When the break was seen, and where in the journal.
  at timestamptz not null,
  position bigint not null,
  kind text not null check (kind in ('hole', 'reset')),
  -- Of a hole the first and last number missing; of a reset the last number before and the first after.
  first bigint not null,
  last bigint not null
);
create index sequence_break_at on sequence_break (at desc, id desc);
create index sequence_break_machine on sequence_break (machine, at desc);
