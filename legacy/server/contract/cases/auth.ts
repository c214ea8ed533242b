import { allCallers, allRoles, asEach, type Case, denied, nobody } from '../case.ts'

const newcomer = {
  email: 'newcomer-{tag}@contract.test',
  password: 'a long password',
  name: 'New Comer',
  clinicId: '{clinic}',
}

const register: Case[] = [
  ...asEach(allCallers, (as) => ({
    name: 'anyone may register',
    route: 'POST /api/auth/register',
    as,
    json: { ...newcomer, email: `New-${as}-{tag}@contract.test` },
    expect: 201,
    holds: {
      'user.email': `new-${as}-{tag}@contract.test`,
      'user.role': 'owner',
      'user.active': false,
    },
    learn: { newcomer: 'user.id' },
  })),
  {
    name: 'an address cannot register twice',
    route: 'POST /api/auth/register',
    as: 'anonymous',
    json: { ...newcomer, email: 'NEW-admin-{tag}@contract.test' },
    expect: 409,
    holds: { error: 'This e-mail address has an account already' },
  },
  {
    name: 'a clinic that does not exist',
    route: 'POST /api/auth/register',
    as: 'anonymous',
    json: { ...newcomer, clinicId: nobody },
    expect: 422,
    holds: { error: 'No such clinic' },
  },
  {
    name: 'everything is wrong',
    route: 'POST /api/auth/register',
    as: 'anonymous',
    json: { email: 'nobody', password: 'short', clinicId: '1', role: 'admin' },
    expect: 400,
  },
  {
    name: 'a password longer than bcrypt reads',
    route: 'POST /api/auth/register',
    as: 'anonymous',
    json: { ...newcomer, password: 'ü'.repeat(37) },
    expect: 400,
    holds: { error: 'password must be at most 72 bytes long' },
  },
]

const login: Case[] = [
  ...asEach(allRoles, (as) => ({
    name: 'who is signed in may sign in again',
    route: 'POST /api/auth/login',
    as,
    json: { email: `${as}-{tag}@contract.test`, password: 'first-password' },
    expect: 200,
    learn: { [`refresh again:${as}`]: 'refreshToken' },
  })),
  {
    name: 'a wrong password',
    route: 'POST /api/auth/login',
    as: 'anonymous',
    json: { email: 'admin-{tag}@contract.test', password: 'another-password' },
    expect: 401,
    holds: { error: 'Wrong e-mail address or password' },
  },
  {
    name: 'an unknown address is told the same',
    route: 'POST /api/auth/login',
    as: 'anonymous',
    json: { email: 'nobody-{tag}@contract.test', password: 'first-password' },
    expect: 401,
    holds: { error: 'Wrong e-mail address or password' },
  },
  {
    name: 'an account that nobody has approved',
    route: 'POST /api/auth/login',
    as: 'anonymous',
    json: { email: 'new-anonymous-{tag}@contract.test', password: 'a long password' },
    expect: 403,
  },
  {
    name: 'no password',
    route: 'POST /api/auth/login',
    as: 'anonymous',
    json: { email: 'admin-{tag}@contract.test' },
    expect: 400,
    holds: { error: 'password is required' },
  },
]

const sessions: Case[] = [
  ...asEach(allRoles, (as) => ({
    name: 'a session is prolonged',
    route: 'POST /api/auth/refresh',
    as,
    json: { refreshToken: `{refresh:${as}}` },
    expect: 200,
    holds: { 'user.id': `{user:${as}}` },
    learn: { [`token:${as}`]: 'accessToken', [`refreshed:${as}`]: 'refreshToken' },
  })),
  {
    name: 'a refresh token works once',
    route: 'POST /api/auth/refresh',
    as: 'anonymous',
    json: { refreshToken: '{refresh:admin}' },
    expect: 401,
    holds: { error: 'The session has ended' },
  },
  {
    name: 'no access token is needed',
    route: 'POST /api/auth/refresh',
    as: 'anonymous',
    json: { refreshToken: '{refreshed:admin}' },
    expect: 200,
    learn: { 'last:admin': 'refreshToken' },
  },
  {
    name: 'of two at the same time one wins',
    route: 'POST /api/auth/refresh',
    as: 'anonymous',
    json: { refreshToken: '{last:admin}' },
    expect: [200, 401],
    learn: { 'last:admin': 'refreshToken' },
  },
  {
    name: 'no token',
    route: 'POST /api/auth/refresh',
    as: 'anonymous',
    json: {},
    expect: 400,
  },
  ...asEach(allRoles, (as) => ({
    name: 'a session ends',
    route: 'POST /api/auth/logout',
    as,
    json: { refreshToken: `{refresh again:${as}}` },
    expect: 204,
  })),
  {
    name: 'and cannot be prolonged',
    route: 'POST /api/auth/refresh',
    as: 'anonymous',
    json: { refreshToken: '{refresh again:admin}' },
    expect: 401,
  },
  {
    name: 'ending what has ended is no error',
    route: 'POST /api/auth/logout',
    as: 'anonymous',
    json: { refreshToken: '{refresh again:admin}' },
    expect: 204,
  },
  {
    name: 'no token',
    route: 'POST /api/auth/logout',
    as: 'anonymous',
    json: { refreshToken: 5 },
    expect: 400,
    holds: { error: 'refreshToken must be text' },
  },
]

const oneself: Case[] = [
  ...asEach(allRoles, (as) => ({
    name: 'who am I',
    route: 'GET /api/auth/me',
    as,
    expect: 200,
    holds: { id: `{user:${as}}`, role: as, clinicId: '{clinic}' },
  })),
  ...denied('GET /api/auth/me', '/api/auth/me', ['anonymous']),
  {
    name: 'a token whose signature is wrong',
    route: 'GET /api/auth/me',
    as: 'anonymous',
    headers: { authorization: 'Bearer {token:admin}x' },
    expect: 401,
    holds: { error: 'Unauthorized', '@www-authenticate': 'Bearer' },
  },
  {
    name: 'a token that nobody signed',
    route: 'GET /api/auth/me',
    as: 'anonymous',
    headers: {
      authorization:
        'Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIiwicm9sZSI6ImFkbWluIiwiY2xpbmljX2lkIjoxLCJlbWFpbCI6ImEiLCJuYW1lIjoiYSJ9.',
    },
    expect: 401,
  },
  {
    name: 'another scheme',
    route: 'GET /api/auth/me',
    as: 'anonymous',
    headers: { authorization: 'Basic YTpi' },
    expect: 401,
  },
  ...asEach(allRoles, (as) => ({
    name: 'a new password',
    route: 'PUT /api/auth/password',
    as,
    json: { currentPassword: 'first-password', newPassword: 'second-password' },
    expect: 204,
  })),
  ...denied('PUT /api/auth/password', '/api/auth/password', ['anonymous']),
  {
    name: 'the current one is wrong',
    route: 'PUT /api/auth/password',
    as: 'admin',
    json: { currentPassword: 'first-password', newPassword: 'third-password' },
    expect: 422,
    holds: { error: 'The current password is wrong' },
  },
  {
    name: 'the new one is short',
    route: 'PUT /api/auth/password',
    as: 'admin',
    json: { currentPassword: 'second-password', newPassword: '1234567' },
    expect: 400,
    holds: { error: 'newPassword must be at least 8 characters long' },
  },
  {
    name: 'a new password ends all sessions',
    route: 'POST /api/auth/refresh',
    as: 'anonymous',
    json: { refreshToken: '{last:admin}' },
    expect: 401,
  },
]

export const auth: Case[] = [...register, ...login, ...sessions, ...oneself]
