// What Kafka's tool of that name asks, without its jar: a broker that is ready says which requests it takes.
import { connect } from 'node:net'
import { parseArgs } from 'node:util'

const { values } = parseArgs({ options: { 'bootstrap-server': { type: 'string' } } })
const [host, port] = values['bootstrap-server'].split(':')
const request = Buffer.alloc(14)
request.writeInt32BE(10, 0) // Length of what follows
request.writeInt16BE(18, 4) // ApiVersions, in version 0
request.writeInt32BE(7, 8) // Comes back with the answer
request.writeInt16BE(-1, 12) // No client id
const socket = connect(Number(port), host)
const end = (code) => {
  socket.destroy()
  process.exitCode = code
}
socket.setTimeout(10_000, () => end(1))
socket.on('error', () => end(1))
socket.on('close', () => end(process.exitCode ?? 1))
socket.on('connect', () => socket.write(request))
socket.on('data', (data) => end(data.readInt32BE(4) === 7 && data.readInt16BE(8) === 0 ? 0 : 1))
