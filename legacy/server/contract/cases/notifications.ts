import { allButAdmin, allRoles, asEach, type Case, denied, nobody, nobodysUuid } from '../case.ts'
import { outsiders, staff } from '../case.ts'

/** A template of the run's own, which goes when it is done: what there are is the same for all clinics. */
const template = '/api/notification-templates/{tag}'
const wording = { subject: '{{Pet}} says “{{Word}}”', body: 'Hello {{Name}}{{Missing}}!' }

const templates: Case[] = [
  ...[201, 200].map((expect) => ({
    name: expect === 201 ? 'a new way to say it' : 'in other words',
    route: 'PUT /api/notification-templates/:key',
    as: 'admin' as const,
    path: template,
    json: expect === 201 ? { ...wording, subject: 'To be improved' } : wording,
    expect,
    holds: { key: '{tag}', body: 'Hello {{Name}}{{Missing}}!' },
  })),
  {
    name: 'a name that is none, and no words',
    route: 'PUT /api/notification-templates/:key',
    as: 'admin',
    path: '/api/notification-templates/Not%20a%20name',
    json: { subject: '' },
    expect: 400,
    holds: {
      error:
        'key must be a name like appointment-booked; subject must not be blank; body is required',
    },
  },
  ...denied('PUT /api/notification-templates/:key', template, allButAdmin),
  {
    name: 'all there are',
    route: 'GET /api/notification-templates',
    as: 'admin',
    expect: 200,
    holds: { 'templates.0.key': 'appointment-booked', 'templates.2.key': '{tag}' },
  },
  ...denied('GET /api/notification-templates', '/api/notification-templates', allButAdmin),
]

const choosing: Case[] = [
  ...asEach(allRoles, (as) => ({
    name: 'no mail, please',
    route: 'PUT /api/notification-preferences',
    as,
    json: { template: '{tag}', channels: ['in_app'] },
    expect: 200,
    holds: { 'appointment-booked': ['in_app', 'email'] },
  })),
  {
    name: 'nothing about nothing',
    route: 'PUT /api/notification-preferences',
    as: 'owner',
    json: { template: 'no-such-thing', channels: [] },
    expect: 422,
    holds: { error: 'No such template' },
  },
  {
    name: 'by pigeon',
    route: 'PUT /api/notification-preferences',
    as: 'owner',
    json: { template: '{tag}', channels: ['pigeon'] },
    expect: 400,
  },
  ...denied('PUT /api/notification-preferences', '/api/notification-preferences', ['anonymous']),
  ...asEach(allRoles, (as) => ({
    name: 'what was chosen',
    route: 'GET /api/notification-preferences',
    as,
    expect: 200,
    holds: { 'stock-low.1': 'email' },
  })),
  ...denied('GET /api/notification-preferences', '/api/notification-preferences', ['anonymous']),
]

const sending: Case[] = [
  ...asEach(staff, (as) => ({
    name: 'something to read for two',
    route: 'POST /api/notifications',
    as,
    json: {
      userIds: [`{user:${as}}`, '{user:owner}', '{user:owner}'],
      template: '{tag}',
      data: { Pet: '小花', Word: as, Name: 1, nested: { a: [1] } },
    },
    expect: 201,
    holds: { sent: 2, mailed: 0 },
  })),
  {
    name: 'to somebody of another clinic',
    route: 'POST /api/notifications',
    as: 'admin',
    json: { userIds: [nobody], template: '{tag}' },
    expect: 422,
    holds: { error: 'No such user' },
  },
  {
    name: 'nothing',
    route: 'POST /api/notifications',
    as: 'admin',
    json: { userIds: ['{user:owner}'], template: 'no-such-thing' },
    expect: 422,
    holds: { error: 'No such template' },
  },
  {
    name: 'to nobody',
    route: 'POST /api/notifications',
    as: 'admin',
    json: { userIds: [], data: [] },
    expect: 400,
    holds: { error: 'userIds must not be empty; template is required; data must be an object' },
  },
  ...denied('POST /api/notifications', '/api/notifications', outsiders),
]

const reading: Case[] = [
  ...asEach(allRoles, (as) => ({
    name: 'how many there are',
    route: 'GET /api/notifications/unseen',
    as,
    expect: 200,
    ...(as === 'owner' ? {} : { holds: { unseen: 1 } }),
  })),
  ...denied('GET /api/notifications/unseen', '/api/notifications/unseen', ['anonymous']),
  ...asEach(allRoles, (as) => ({
    name: 'the latest of them',
    route: 'GET /api/notifications',
    as,
    path: '/api/notifications?limit=1',
    expect: 200,
    holds: {
      'notifications.0.subject': `小花 says “${as === 'owner' ? 'receptionist' : as}”`,
      'notifications.0.body': 'Hello 1!',
      'notifications.0.seen': false,
      'notifications.length': 1,
    },
    learn: { [`note:${as}`]: 'notifications.0.id' },
  })),
  {
    name: 'it has been seen now',
    route: 'GET /api/notifications',
    as: 'owner',
    path: '/api/notifications?limit=4',
    expect: 200,
    holds: {
      'notifications.0.seen': true,
      'notifications.1.seen': false,
      'notifications.3.kind': 'appointment-reminder',
    },
  },
  {
    name: 'none at all',
    route: 'GET /api/notifications',
    as: 'admin',
    path: '/api/notifications?limit=0',
    expect: 400,
  },
  ...denied('GET /api/notifications', '/api/notifications', ['anonymous']),
  {
    name: "somebody else's",
    isPersonal: true,
    route: 'DELETE /api/notifications/:id',
    as: 'admin',
    path: '/api/notifications/{note:owner}',
    expect: 404,
    holds: { error: 'No such notification' },
  },
  ...asEach(allRoles, (as) => ({
    name: 'read and gone',
    route: 'DELETE /api/notifications/:id',
    as,
    path: `/api/notifications/{note:${as}}`,
    expect: 204,
  })),
  {
    name: 'unknown',
    route: 'DELETE /api/notifications/:id',
    as: 'admin',
    path: `/api/notifications/${nobodysUuid}`,
    expect: 404,
  },
  {
    name: 'no id',
    route: 'DELETE /api/notifications/:id',
    as: 'admin',
    path: '/api/notifications/1',
    expect: 400,
    holds: { error: 'id must be a UUID' },
  },
  ...denied('DELETE /api/notifications/:id', '/api/notifications/{note:owner}', ['anonymous']),
]

const upgrade = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
}

/** The inbox's WebSocket, as far as its opening. */
const live: Case[] = [
  ...asEach(allRoles, (as) => ({
    name: 'a connection to hear by',
    route: 'GET /api/notifications/live',
    as,
    headers: upgrade,
    expect: 101,
  })),
  {
    name: 'as browsers ask, who cannot set headers',
    route: 'GET /api/notifications/live',
    as: 'anonymous',
    headers: { ...upgrade, 'sec-websocket-protocol': 'bearer, {token:owner}' },
    expect: 101,
    holds: { '@sec-websocket-protocol': 'bearer' },
  },
  {
    name: 'a token that is none',
    route: 'GET /api/notifications/live',
    as: 'anonymous',
    headers: { ...upgrade, 'sec-websocket-protocol': 'bearer, nonsense' },
    expect: 401,
    holds: { error: 'Unauthorized' },
  },
  {
    name: 'a key that is none',
    route: 'GET /api/notifications/live',
    as: 'owner',
    headers: { ...upgrade, 'sec-websocket-key': 'short' },
    expect: 400,
  },
  ...denied('GET /api/notifications/live', '/api/notifications/live', ['anonymous']).map(
    (each) => ({ ...each, headers: upgrade }),
  ),
]

const leaving: Case[] = [
  ...denied('DELETE /api/notification-templates/:key', template, allButAdmin),
  ...[204, 404].map((expect) => ({
    name: expect === 204 ? 'nobody says so any more' : 'once is enough',
    route: 'DELETE /api/notification-templates/:key',
    as: 'admin' as const,
    path: template,
    expect,
  })),
]

export const notifications: Case[] = [
  ...templates,
  ...choosing,
  ...sending,
  ...reading,
  ...live,
  ...leaving,
]
