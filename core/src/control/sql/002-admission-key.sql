-- Signs what requests carry upstream, so that all proxies know each other's. Made once, never shown.
create table admission_key (
  one boolean primary key default true check (one),
  key text not null
);

insert into admission_key (key)
select encode(sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')), 'hex');
