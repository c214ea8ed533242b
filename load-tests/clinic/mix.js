// A clinic's day: who is at it, and what each of them does how often. An entry is a weight and something that
// people come to the screen for; the requests behind it are those of the client, in screens.js.
import * as office from './office.js'
import * as patients from './patients.js'
import * as visits from './visits.js'

/** Of all that is done. */
export const roles = { receptionist: 0.45, veterinarian: 0.3, owner: 0.18, admin: 0.07 }

export const deeds = {
  receptionist: [
    [8, office.seeDashboard],
    [12, office.stay],
    [18, visits.seeCalendar],
    [18, patients.seePatient],
    [3, patients.searchPatients],
    [9, patients.seeOwner],
    [11, visits.book],
    [2, visits.reschedule],
    [6, visits.receive],
    [3, patients.changePatient],
    [2, patients.noteAboutOwner],
    [2, patients.register],
    [3, office.seeStock],
    [3, office.readInbox],
  ],
  veterinarian: [
    [7, office.seeDashboard],
    [9, office.stay],
    [16, visits.seeCalendar],
    [26, patients.seePatient],
    [3, patients.searchPatients],
    [14, visits.completeVisit],
    [8, patients.vaccinate],
    [5, visits.writeRecord],
    [4, patients.fileDocument],
    [2, patients.changePatient],
    [3, office.seeStock],
    [3, office.readInbox],
  ],
  owner: [
    [42, patients.seePatient],
    [26, visits.seeMyAppointments],
    [14, visits.book],
    [14, office.readInbox],
    [4, office.choosePreferences],
  ],
  admin: [
    [18, office.seeDashboard],
    [16, office.stay],
    [12, office.seeReports],
    [12, office.seeOrders],
    [14, office.administer],
    [10, visits.seeCalendar],
    [8, patients.seePatient],
    [6, office.seeStock],
    [2, office.makeExport],
    [2, office.readInbox],
  ],
}
