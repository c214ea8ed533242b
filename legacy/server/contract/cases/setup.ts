import { asEach, type Case } from '../case.ts'

const crew = ['admin', 'veterinarian', 'receptionist', 'owner'] as const

/** A clinic of the run's own, and somebody for each role in it. */
export const setup: Case[] = [
  {
    name: 'the seeded admin signs in',
    route: 'POST /api/auth/login',
    as: 'anonymous',
    json: { email: '{admin email}', password: '{admin password}' },
    expect: 200,
    holds: { expiresIn: 900, 'user.role': 'admin' },
    learn: { 'token:seeded admin': 'accessToken' },
  },
  {
    name: 'a clinic opens',
    route: 'POST /api/clinics',
    as: 'seeded admin',
    json: {
      name: 'Contract {tag}',
      address: { street: '1 Rue de l’Église', city: 'Kraków' },
      phone: '+49 30 123',
      openingHours: { mon: ['08:00', '18:00'], tue: ['08:00', '18:00'] },
      timezone: 'Europe/Berlin',
    },
    expect: 201,
    holds: { phone: '+49 30 123', 'openingHours.tue.1': '18:00', timezone: 'Europe/Berlin' },
    learn: { clinic: 'id' },
  },
  ...asEach(crew, (role) => ({
    name: `somebody is hired: ${role}`,
    route: 'POST /api/users',
    as: 'seeded admin' as const,
    json: {
      email: `${role}-{tag}@Contract.test`,
      password: 'first-password',
      name: `Žofie “${role}” Ünal`,
      role,
      clinicId: '{clinic}',
    },
    expect: 201,
    holds: { email: `${role}-{tag}@contract.test`, role, active: true, clinicId: '{clinic}' },
    learn: { [`user:${role}`]: 'id' },
  })),
  {
    name: 'a second veterinarian is hired',
    route: 'POST /api/users',
    as: 'seeded admin',
    json: {
      email: 'second-vet-{tag}@contract.test',
      password: 'first-password',
      name: 'Second Vet',
      role: 'veterinarian',
      clinicId: '{clinic}',
    },
    expect: 201,
    learn: { 'user:second-vet': 'id' },
  },
  ...asEach(crew, (role) => ({
    name: `${role} signs in`,
    route: 'POST /api/auth/login',
    as: 'anonymous' as const,
    json: { email: `${role}-{tag}@contract.test`, password: 'first-password' },
    expect: 200,
    holds: { 'user.id': `{user:${role}}`, 'user.name': `Žofie “${role}” Ünal` },
    learn: { [`token:${role}`]: 'accessToken', [`refresh:${role}`]: 'refreshToken' },
  })),
]
