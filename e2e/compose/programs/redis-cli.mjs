// As much of redis-cli as the healthcheck uses: `-h HOST -p PORT -e COMMAND`, the password in REDISCLI_AUTH.
import { connect } from 'node:net'
import { parseArgs } from 'node:util'

const { values, positionals } = parseArgs({
  options: {
    host: { type: 'string', short: 'h' },
    port: { type: 'string', short: 'p' },
    e: { type: 'boolean', short: 'e' },
  },
  allowPositionals: true,
})
const password = process.env.REDISCLI_AUTH
const lines = [...(password ? [`AUTH ${password}`] : []), positionals.join(' ')]
const socket = connect(Number(values.port), values.host)
socket.setTimeout(3000, () => end('no answer', 1))
socket.on('error', (error) => end(error.message, 1))
socket.on('connect', () => socket.write(lines.map((line) => `${line}\r\n`).join('')))
let answers = ''
socket.on('data', (data) => {
  answers += data
  const received = answers.split('\r\n').slice(0, -1)
  if (received.length === lines.length) {
    end(received.at(-1), received.some((line) => line.startsWith('-')) ? 1 : 0)
  }
})

function end(message, code) {
  socket.destroy()
  console.log(message)
  process.exitCode = code
}
