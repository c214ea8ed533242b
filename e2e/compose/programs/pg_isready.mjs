// What Postgres' pg_isready asks, which comes with the image but not with the embedded servers: whether the server
// takes connections, whoever it lets in.
import { connect } from 'node:net'
import { parseArgs } from 'node:util'

const { values } = parseArgs({
  options: { host: { type: 'string' }, port: { type: 'string' }, username: { type: 'string' } },
})
const user = Buffer.from(`user\0${values.username}\0\0`)
const startup = Buffer.alloc(8)
startup.writeInt32BE(8 + user.length, 0)
startup.writeInt32BE(196_608, 4) // Version 3.0 of the protocol
const socket = connect(Number(values.port), values.host)
const end = (code) => {
  socket.destroy()
  process.exitCode = code
}
socket.setTimeout(3000, () => end(2))
socket.on('error', () => end(2))
socket.on('connect', () => socket.write(Buffer.concat([startup, user])))
// R asks for the password. An error may be that it is still starting (57P03).
socket.on('data', (data) => end(data[0] === 0x52 || !data.includes('57P03') ? 0 : 1))
