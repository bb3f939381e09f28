-- Why a configuration was made: alarms that it ends name it.
alter table configuration add column reason text;
-- What held at a time.
create index configuration_effective on configuration (effective_at);

-- What alarms cost people is counted by when the house told of them.
create index alarm_told on alarm (noted_at);
