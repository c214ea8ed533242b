import { start } from 'unleash-server'

// Unleash takes its database, tokens and first administrator from the environment by itself.
await start({
  server: { host: '127.0.0.1', port: Number(process.env['PORT']) },
  versionCheck: { enable: false },
  telemetry: false,
})
