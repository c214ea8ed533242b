alter table pets add column insurance_limit numeric(12, 2)
  check (insurance_limit >= 0 and insurance_limit <> 'NaN');

alter table pets add column search_text text generated always as (
  lower(
    name || ' ' || species_code || ' ' || coalesce(microchip, '')
      || ' ' || coalesce(attributes ->> 'color', '')
  )
) stored;

alter table owners add column marketing_opt_in boolean not null default false;
