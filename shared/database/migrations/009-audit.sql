-- The log of who did what is append-only, and each entry carries a hash over itself and the one before: an entry that was
-- changed, or taken out of the middle, shows.
alter table audit add column hash text;
create index audit_at on audit (at);
create index audit_actor on audit (actor, id desc);
create index audit_subject on audit (subject, id desc) where subject is not null;

create function audit_hash(before text, entry audit) returns text language sql immutable as $$
  select encode(sha256(convert_to(coalesce(before, '') || jsonb_build_array(entry.id, floor(extract(epoch from entry.at) * 1000)::bigint,
    entry.actor, entry.action, entry.subject, entry.detail)::text, 'UTF8')), 'hex')
$$;

do $$
declare
  entry audit;
  before text;
begin
  for entry in select * from audit order by id loop
    before := audit_hash(before, entry);
    update audit set hash = before where id = entry.id;
  end loop;
end
$$;
alter table audit alter column hash set not null;

-- One after the other: ids are given under the lock, so that their order is that of the chain.
create function chain_audit() returns trigger language plpgsql as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('leitwarte audit', 0));
  new.id := nextval(pg_get_serial_sequence('audit', 'id'));
  new.hash := audit_hash((select hash from audit order by id desc limit 1), new);
  return new;
end
$$;
create trigger audit_chained before insert on audit for each row execute function chain_audit();

create function keep_audit() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and current_setting('leitwarte.forgetting', true) = 'on' then
    return old;
  end if;
  raise exception 'The log of who did what is only ever added to.';
end
$$;
create trigger audit_kept before update or delete on audit for each row execute function keep_audit();
create trigger audit_not_emptied before truncate on audit for each statement execute function keep_audit();
