import { connect, createServer } from 'node:net'
import { once } from 'node:events'
import type { Project } from './project.ts'

/**
 * Gives each service an address of its own within this machine's loopback, as Docker gives each a container's
 * address, so that everything may listen on the port that the file says.
 */
export interface Addresses {
  of(service: string): string
  /** Stands for the machine on which ports are published. */
  readonly host: string
  /** A text of a service's with the names of others, and what it calls itself, as addresses. */
  translate(text: string, service: string): string
}

/** @param block two numbers that keep runs apart which share the machine. */
export function createAddresses(
  { services }: Project,
  block: readonly [number, number],
): Addresses {
  const names = Object.keys(services)
  const address = (last: number) => `127.${block[0]}.${block[1]}.${last}`
  const of = (service: string) => address(2 + names.indexOf(service))
  // A name counts as a host's where a port follows, and not where a password does.
  const hosts = new RegExp(String.raw`(?<![\w.-])(${names.join('|')})(?=:\d{2,5}(?![\w@]))`, 'g')
  return {
    of,
    host: address(1),
    translate: (text, service) =>
      text
        .replaceAll(hosts, (name) => of(name))
        .replaceAll(/(?<![\w.-])(?:0\.0\.0\.0|127\.0\.0\.1|localhost)(?![\w.-])/g, of(service)),
  }
}

/** Passes connections on, as Docker does for a published port. */
export async function forward(
  from: { readonly host: string; readonly port: number },
  to: { readonly host: string; readonly port: number },
): Promise<AsyncDisposable> {
  const server = createServer((incoming) => {
    const outgoing = connect(to.port, to.host)
    incoming.pipe(outgoing).pipe(incoming)
    incoming.on('error', () => outgoing.destroy()).on('close', () => outgoing.destroy())
    outgoing.on('error', () => incoming.destroy()).on('close', () => incoming.destroy())
  })
  server.listen(from.port, from.host)
  await once(server, 'listening')
  return {
    async [Symbol.asyncDispose]() {
      server.close()
    },
  }
}
