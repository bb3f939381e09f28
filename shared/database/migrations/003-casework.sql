-- Casework: waiting and shelving that end by themselves, cases that take no more alarms, merge and split, outcomes, checklists.
alter table service_case
  -- False once work on it has gone on for long, or another one of its place absorbs: the next alarm goes elsewhere.
  add column absorbing boolean not null default true,
  -- When somebody first began to work on it, since it was last opened.
  add column work_began_at timestamptz,
  add column waiting_for text check (waiting_for in ('customer', 'part', 'observation')),
  add column waiting_until timestamptz,
  -- The highest severity when it was shelved: an alarm above that ends the shelving.
  add column shelved_severity text check (shelved_severity in ('danger', 'warning', 'notice')),
  -- Ids of the model's lists, where cause and remedy were chosen from them.
  add column cause_choice text,
  add column remedy_choice text,
  add column verdict_why text,
  add column why_choice text,
  -- The older case of its place, which took no more alarms; and the case it was split from.
  add column follows text references service_case,
  add column split_from text references service_case;

update service_case set work_began_at = coalesce(
  (select min(e.at) from case_event e where e.case_id = service_case.id and e.kind in ('assigned', 'waiting')), last_at)
where status in ('in-progress', 'waiting') or (status = 'shelved' and owner is not null);
update service_case set waiting_until = due_at where status = 'waiting';
update service_case set shelved_severity = highest_severity where status = 'shelved';

-- At most one open case a machine and component that absorbs.
drop index service_case_open;
create unique index service_case_open on service_case (machine, component)
  where absorbing and status in ('new', 'acknowledged', 'in-progress', 'waiting', 'shelved');
-- What comes due.
create index service_case_waiting on service_case (waiting_until) where status = 'waiting';
create index service_case_shelved on service_case (shelved_until) where status = 'shelved';
create index service_case_work on service_case (work_began_at)
  where absorbing and status in ('new', 'acknowledged', 'in-progress', 'waiting', 'shelved');
-- What belongs together.
create index service_case_place on service_case (machine, component, opened_at desc);
create index service_case_merged on service_case (merged_into) where merged_into is not null;
create index service_case_follows on service_case (follows) where follows is not null;
create index service_case_split on service_case (split_from) where split_from is not null;

-- What to go through, copied from the rule that opened the case: a later change of the rule does not reach it.
create table case_checklist (
  case_id text not null references service_case,
  -- From 1, in the rule's order.
  item integer not null,
  text jsonb not null,
  rule text not null,
  done_at timestamptz,
  done_by text references account,
  primary key (case_id, item)
);
