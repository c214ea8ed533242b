import { databaseConfig } from './config.ts'
import { migrate } from './database/migrations.ts'

const applied = await migrate(databaseConfig(process.env).databaseUrl)
console.log(applied.length > 0 ? `Applied ${applied.join(', ')}` : 'Nothing to apply')
