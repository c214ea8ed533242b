import type { Step } from './step.ts'

const everyByte = Buffer.from(Array.from({ length: 20_000 }, (_, at) => (at * 7919) >> 3))
const upload = (status: number, type: string, content: Buffer): Step => ({
  request: 'PUT /parcels/{parcel}/label',
  status,
  binary: { type, content },
})
const download = (status: number): Step => ({ request: 'GET /parcels/{parcel}/label', status })
const list: Step = { request: 'GET /parcels/{parcel}/labels', status: 200 }

export const labelSteps: readonly Step[] = [
  { ...list, check: (body) => body === '[]' },
  download(404),
  upload(415, 'image/gif', everyByte),
  upload(400, 'image/png', Buffer.alloc(0)),
  upload(413, 'image/png', Buffer.alloc(1024 * 1024 + 1)),
  upload(201, 'image/png', everyByte),
  download(200),
  { ...download(200), as: 'clerk' },
  { ...list, check: (body) => body.includes('"downloads" : 2') },
  upload(201, 'text/plain', Buffer.from('\u0000 second label \r\n')),
  download(200),
  list,
  { request: 'DELETE /parcels/{parcel}/label', status: 204 },
  download(200),
  { ...list, check: (body) => body.includes('"downloads" : 3') },
  { request: 'DELETE /parcels/{parcel}/label', status: 204, as: 'clerk' },
  { request: 'DELETE /parcels/{parcel}/label', status: 404 },
  upload(201, 'application/pdf', everyByte),
  { ...download(401), as: 'none' },
  {
    request: 'PUT /parcels/9223372036854775807/label',
    status: 404,
    binary: { type: 'image/png', content: everyByte },
  },
  { request: 'POST /parcels/{parcel}/label', status: 405, json: {} },
  { request: 'GET /parcels/{eventful-parcel}/labels', status: 200 },
]
