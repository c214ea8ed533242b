import { execFile, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A certificate and its key, as files. */
export interface Certified {
  readonly cert: string
  readonly key: string
  /** Both in one file, as Kafka reads them. */
  readonly both: string
}

/** An authority of a test's own, made with openssl. */
export interface Authority {
  /** The file with its certificate, which whoever trusts it reads. */
  readonly ca: string
  /** Certifies somebody by a name; a server is also this machine. */
  certify(name: string): Promise<Certified>
}

/** What keeps certificates from being made here, for a person; undefined when nothing does. */
export function missingForCertificates(): string | undefined {
  const hasOpenssl = /^OpenSSL [3-9]/.test(String(spawnSync('openssl', ['version']).stdout ?? ''))
  return hasOpenssl ? undefined : 'Certificates of a test are made with OpenSSL 3: install openssl.'
}

/** @param folder where its files are put; what lies there is thrown away with it. */
export async function createAuthority(folder: string, name: string): Promise<Authority> {
  const file = (ending: string) => join(folder, `${name}.${ending}`)
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  const x509 = ['req', '-x509', ...newKey, '-days', '1', '-subj', `/CN=${name}`]
  await run('openssl', [...x509, '-keyout', file('key'), '-out', file('crt')])
  return {
    ca: file('crt'),
    async certify(who) {
      const path = (ending: string) => join(folder, `${name}-${who}.${ending}`)
      const [key, cert, both] = [path('key'), path('crt'), path('pem')]
      const signing = ['-CA', file('crt'), '-CAkey', file('key'), '-days', '1']
      const names = 'subjectAltName=IP:127.0.0.1,DNS:localhost'
      const subject = ['-subj', `/CN=${who}`, '-addext', names]
      const request = ['req', '-x509', ...newKey, ...signing, ...subject]
      const { stdout } = await run('openssl', [...request, '-keyout', key])
      writeFileSync(cert, stdout)
      const { stdout: pkcs8 } = await run('openssl', ['pkey', '-in', key])
      writeFileSync(both, pkcs8 + stdout, { mode: 0o600 })
      return { key, cert, both }
    },
  }
}
