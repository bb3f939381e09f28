-- A password may end at a time of its own, so that two hold while a machine is moved from one to the other. The user name is
-- the machine's, or, at a broker with one password a user, the machine's with a number while the other one holds. `key`
-- names the key the password was made with: with it the account can be made again at a broker that has lost it.
alter table machine_credential add column username text;
update machine_credential set username = machine;
alter table machine_credential alter column username set not null;
alter table machine_credential add column ends_at timestamptz;
alter table machine_credential add column key text;
create index machine_credential_username on machine_credential (username) where revoked_at is null;
create index machine_credential_ends on machine_credential (ends_at) where revoked_at is null and ends_at is not null;
