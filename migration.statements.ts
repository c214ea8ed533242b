/** As the monolith's connections call themselves; its nightly job's do so, too. */
export const application = 'petsphere'

/** The monolith's statements that write, as observing shows them. */
export const writes = {
  overdue: 'update vaccinations set status = ? where status = ? and due_on < ?',
  patients: [
    'insert into owners *',
    'update owners set * where id = ?',
    'delete from owners where id = ?',
    'insert into pets *',
    'update pets set * where id = ?',
    'insert into vaccinations *',
    'update vaccinations set * where id = ?',
    'delete from vaccinations where id = ?',
  ],
  /** A new code goes on to the pets of the species. */
  speciesCode: 'update species set code = * where code = ?',
  attachmentsAndSpecies: [
    'insert into attachments *',
    'delete from attachments where pet_id = ? and seq = ?',
    'insert into species *',
    'update species set * where code = ?',
    'delete from species where code = ?',
  ],
  auth: [
    'insert into users *',
    'update users set * where id = ? returning *',
    'update users set password_hash = ? where id = ?',
    'insert into refresh_tokens *',
    'delete from refresh_tokens where token_hash = ? *',
    'delete from refresh_tokens where user_id = ?',
  ],
  records: [
    'insert into medical_records *',
    'update medical_records set * where id = ?',
    'insert into treatments *',
    'delete from treatments *',
  ],
  appointments: [
    'insert into appointments *',
    'update appointments set vet_id = * where id = ?',
    'update appointments set status = ? where id = ?',
  ],
  clinics: [
    'insert into clinics *',
    'update clinics set * where id = ?',
    'insert into service_types *',
    'update service_types set * where id = ?',
    'insert into staff_schedules *',
    'delete from staff_schedules where vet_id = ?',
    'insert into appointment_reminders * from appointments a join pets *',
  ],
  nightlyReminders: 'insert into appointment_reminders * from appointments a join clinics *',
  orders: [
    'insert into purchase_orders *',
    'update purchase_orders set supplier_id = ? where id = ?',
    'update purchase_orders set status = ?, ordered_on = ?, * where id = ?',
    'update purchase_orders set status = ?, received_on = ? where id = ?',
  ],
  stock: [
    'insert into purchase_order_lines *',
    'delete from purchase_order_lines where order_id = ?',
    'insert into inventory_items *',
    'update inventory_items set * where id = ?',
    'update inventory_items set archived_at = now() where id = ? and on_hand = ?',
    'insert into stock_movements *',
    'insert into suppliers *',
    'update suppliers set * where id = ? *',
  ],
  notifications: [
    'insert into notifications *',
    'update notifications set mailed_at = now() where id = ?',
    'update notifications set seen_at = now() where id = any (?) *',
    'delete from notifications where id = ? and user_id = ?',
    'insert into notification_templates *',
    'delete from notification_templates where key = ?',
    'insert into notification_preferences *',
  ],
}
